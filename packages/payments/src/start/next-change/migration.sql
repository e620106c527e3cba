-- The next change of the same kind: the structural half of a rename, while the release that runs knows the old name.
alter table payments rename column failure_code to failure_reason;
