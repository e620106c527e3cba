-- What language somebody speaks who names none is for the application to say, which says it to the merchant as well;
-- the table had an opinion of its own.
alter table customers alter column language drop default;
