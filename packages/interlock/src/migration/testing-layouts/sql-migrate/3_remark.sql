-- +migrate Up
alter table orders rename column note to remark;

-- +migrate Down
alter table orders rename column remark to note;
