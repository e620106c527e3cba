-- +goose Up
-- +goose StatementBegin
alter table orders rename column note to remark;
-- +goose StatementEnd

-- +goose Down
alter table orders rename column remark to note;
