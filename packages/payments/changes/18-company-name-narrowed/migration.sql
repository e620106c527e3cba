-- No acquirer takes more than 100 characters; what is longer was cut there anyway.
update customers set company_name = left(company_name, 100) where length(company_name) > 100;

alter table customers alter column company_name type varchar(100);
