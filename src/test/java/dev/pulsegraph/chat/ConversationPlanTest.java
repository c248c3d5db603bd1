package dev.pulsegraph.chat;

import dev.pulsegraph.support.PlanTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ConversationPlanTest extends PlanTest {
    private static final UUID ANY = UUID.fromString("20000000-0000-0000-0000-000000000007");

    @TestFactory
    Stream<DynamicTest> a_page_of_an_organization_walks_its_index() {
        var all = new ConversationFilter(null, null, null, null);
        return Stream.of(true, false)
                .flatMap(up -> page(
                        up,
                        ConversationRepository.page(up, PLACE, all),
                        Map.of(),
                        "conversations_organization_id_started_at_idx"));
    }

    @TestFactory
    Stream<DynamicTest> a_page_of_a_domain_walks_its_index() {
        var ofDomain = new ConversationFilter(ANY, ConversationStatus.ACTIVE, null, null);
        return Stream.of(true, false)
                .flatMap(up -> page(
                        up,
                        ConversationRepository.page(up, PLACE, ofDomain),
                        Map.of("domain", "'" + ANY + "'", "status", "'active'"),
                        "conversations_organization_id_domain_id_idx"));
    }

    @TestFactory
    Stream<DynamicTest> messages_walk_their_index() {
        Map<String, Object> place = new HashMap<>(PLACE);
        place.remove("organizations");
        place.put("conversations", List.of(ANY));
        return Stream.of(true, false)
                .flatMap(up -> page(
                        up,
                        ConversationRepository.messages(up, place),
                        Map.of("conversations", "'{" + ANY + "}'"),
                        "messages_conversation_id_created_at_idx"));
    }
}
