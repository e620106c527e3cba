-- The receiver said that it is gone for good (410): not a failure to deliver, but nobody wants to be told.
alter type notification_state add value 'muted' after 'failed';
