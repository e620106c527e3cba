/**
 * A CTE that puts a notification into the outbox, in the same statement as what it tells of: both or neither.
 * `source` is a CTE of at most one row with `id`, `merchant_id`, `is_live` and `notification_url`; without a URL
 * nobody is told. `event` is an SQL expression of type text. Notifications with the same `stream` (an SQL
 * expression; the subject's id when left out) are delivered in the order in which they were written.
 */
export function enqueueNotification(
  source: string,
  { event, stream = `${source}.id` }: { event: string; stream?: string },
): string {
  return `notified as (
  insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url)
  select ${source}.merchant_id, ${source}.is_live, ${source}.id, ${stream}, ${event}, ${source}.notification_url
  from ${source} where ${source}.notification_url is not null
)`;
}
