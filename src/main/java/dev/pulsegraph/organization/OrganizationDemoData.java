package dev.pulsegraph.organization;

import dev.pulsegraph.demo.DemoData;
import dev.pulsegraph.demo.DemoRows;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;

/** The organizations acme and globex with their people. */
@Singleton
class OrganizationDemoData implements DemoData {
    private final OrganizationDemoRepository repository;
    private final Json json;

    OrganizationDemoData(OrganizationDemoRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    @Override
    public int getOrder() {
        return 10;
    }

    @Override
    public void create(DemoRows rows) {
        repository.createUsers(json.text(rows.users()));
        repository.createOrganizations(json.text(rows.organizations()));
        repository.createMembers(json.text(rows.members()));
    }
}
