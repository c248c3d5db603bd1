package dev.pulsegraph.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(1000);

    @Test
    void one_owner_holds_no_more_than_is_left_free() {
        fill("flood", 100);
        assertThat(budget.used()).isEqualTo(500);
    }

    @Test
    void there_is_room_for_one_more_however_much_others_send() {
        fill("flood", 50);
        fill("second flood", 50);
        fill("third flood", 50);
        assertThat(budget.used()).isBetween(700L, 900L);
        ByteBudget.Share another = budget.share("another");
        assertThat(another.cover(100)).isTrue();
    }

    @Test
    void a_single_request_needs_no_more_than_to_fit() {
        ByteBudget.Share share = budget.share("one");
        assertThat(share.cover(1000)).isTrue();
        assertThat(budget.used()).isEqualTo(1000);
        assertThat(share.cover(1001)).isFalse();
        share.close();
        share.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void a_request_counts_for_its_owner_from_when_it_is_known() {
        fill("flood", 100);
        ByteBudget.Share unknown = budget.share(ByteBudget.NOT_KNOWN_YET);
        assertThat(unknown.cover(100)).isTrue();
        assertThat(unknown.belongTo("flood")).isFalse();
        unknown.close();
        ByteBudget.Share other = budget.share(ByteBudget.NOT_KNOWN_YET);
        assertThat(other.cover(100)).isTrue();
        assertThat(other.belongTo("other")).isTrue();
        assertThat(budget.used()).isEqualTo(600);
    }

    @Test
    void what_is_given_back_may_be_taken_again() {
        ByteBudget.Share first = budget.share("flood");
        assertThat(first.cover(400)).isTrue();
        ByteBudget.Share second = budget.share("flood");
        assertThat(second.cover(200)).isFalse();
        first.close();
        assertThat(second.cover(200)).isTrue();
    }

    private void fill(String owner, int bytes) {
        for (int i = 0; i < 1000 / bytes; i++) {
            ByteBudget.Share share = budget.share(owner);
            if (!share.cover(bytes)) {
                share.close();
            }
        }
    }
}
