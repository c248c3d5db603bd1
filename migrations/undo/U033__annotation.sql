drop table annotations;
