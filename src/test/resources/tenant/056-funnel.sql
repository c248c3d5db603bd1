-- vocabulary: ordering
-- behind another table: funnels, funnel_versions
-- only calculates: step_matches, funnel_bits, walk_ordered, walk_strict, walk_any, microseconds, json_texts
insert into funnels (organization_id, id, name, description)
  values ('{organization}', '{id:funnel}', '{tag} funnel', '{tag} description');
insert into funnel_versions (organization_id, funnel_id, version, steps, exclude, window_seconds, ordering)
  values ('{organization}', '{id:funnel}', 1,
    '[{"name": "{tag} step", "event": "{tag} event", "path": null, "click_target": null, "where": [{"path": "{tag} property", "op": "EQ", "value": "{tag} value"}]},
      {"name": "{tag} page", "event": null, "path": "/{tag}", "click_target": null, "where": []}]',
    '[{"name": "{tag} end", "event": null, "path": null, "click_target": "{tag} target", "where": []}]', {pixels}, 'ordered');
