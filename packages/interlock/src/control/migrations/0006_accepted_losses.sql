-- Somebody has accepted what a rollback of this shipment may lose.
alter table interlock_control.shipments add column accepts_loss boolean not null default false;
