-- behind another table: annotations
-- id of a type: AnnotateInput.id Annotation
insert into annotations (organization_id, id, happened_on, text, author_id)
  values ('{organization}', '{id:annotation}', '2026-01-03', '{tag} annotation', '{user}');
