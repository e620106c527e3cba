-- Up Migration
alter table orders rename column note to remark;

-- Down Migration
alter table orders rename column remark to note;
