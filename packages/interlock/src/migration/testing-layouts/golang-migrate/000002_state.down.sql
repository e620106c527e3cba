alter table orders drop column state;
