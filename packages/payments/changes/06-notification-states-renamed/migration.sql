-- The words of every other state on the platform: pending until it is over, failed when it could not be done.
alter type notification_state rename value 'waiting' to 'pending';
alter type notification_state rename value 'given_up' to 'failed';
