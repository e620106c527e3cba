-- +goose Up
-- +goose StatementBegin
alter table orders add column state text not null default 'open';
-- +goose StatementEnd

-- +goose Down
alter table orders drop column state;
