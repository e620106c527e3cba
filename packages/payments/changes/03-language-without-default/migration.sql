-- A customer's language follows the merchant's country; French for everybody who says nothing was wrong.
alter table customers alter column language drop default;
