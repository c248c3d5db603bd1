package dev.pulsegraph.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class InFlightLimitTest {
    private final InFlightLimit budget = new InFlightLimit(1000);

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
        InFlightLimit.Share another = budget.share("another");
        assertThat(another.cover(100)).isTrue();
    }

    @Test
    void a_single_request_needs_no_more_than_to_fit() {
        InFlightLimit.Share share = budget.share("one");
        assertThat(share.cover(1000)).isTrue();
        assertThat(budget.used()).isEqualTo(1000);
        assertThat(share.cover(1001)).isFalse();
        share.close();
        share.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void a_part_holds_no_more_than_itself_and_counts_in_the_whole() {
        InFlightLimit part = budget.part(200);
        InFlightLimit.Share one = part.share("one");
        assertThat(one.cover(150)).isTrue();
        assertThat(one.cover(201)).isFalse();
        InFlightLimit.Share other = part.share("other");
        assertThat(other.cover(50)).isTrue();
        assertThat(budget.used()).isEqualTo(200);
        one.close();
        other.close();
        assertThat(part.used()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void a_part_that_is_full_leaves_the_rest_to_others() {
        InFlightLimit part = budget.part(100);
        for (int i = 0; i < 1000; i++) {
            part.share("flood " + i).cover(10);
        }
        assertThat(budget.used()).isEqualTo(100);
        assertThat(budget.share("another").cover(450)).isTrue();
    }

    @Test
    void a_part_has_no_room_that_the_whole_has_not() {
        assertThat(budget.share("one").cover(950)).isTrue();
        InFlightLimit.Share share = budget.part(100).share("one");
        assertThat(share.cover(100)).isFalse();
        assertThat(share.cover(50)).isTrue();
    }

    @Test
    void what_is_held_may_become_somebody_elses() {
        fill("flood", 100);
        InFlightLimit part = budget.part(200);
        InFlightLimit.Share unknown = part.share("somewhere");
        assertThat(unknown.cover(100)).isTrue();
        assertThat(unknown.movedTo(budget, "flood")).as("more than it may hold").isNull();
        assertThat(budget.used()).isEqualTo(500);
        InFlightLimit.Share other = part.share("somewhere");
        assertThat(other.cover(100)).isTrue();
        InFlightLimit.Share moved = Objects.requireNonNull(other.movedTo(budget, "other"));
        assertThat(part.used()).isZero();
        assertThat(budget.used()).isEqualTo(600);
        moved.close();
        assertThat(budget.used()).isEqualTo(500);
    }

    @Test
    void what_is_given_back_may_be_taken_again() {
        InFlightLimit.Share first = budget.share("flood");
        assertThat(first.cover(400)).isTrue();
        InFlightLimit.Share second = budget.share("flood");
        assertThat(second.cover(200)).isFalse();
        first.close();
        assertThat(second.cover(200)).isTrue();
    }

    private void fill(String owner, int bytes) {
        for (int i = 0; i < 1000 / bytes; i++) {
            InFlightLimit.Share share = budget.share(owner);
            if (!share.cover(bytes)) {
                share.close();
            }
        }
    }
}
