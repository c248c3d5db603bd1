-- behind another table: goals
-- always empty: goals.path, goals.click_target
insert into goals (organization_id, id, name, event, conditions, value)
  values ('{organization}', '{id:goal}', '{tag} goal', '{tag} event', '[{"path": "{tag} property", "op": "EQ", "value": "{tag} value"}]', '{tag} value');
