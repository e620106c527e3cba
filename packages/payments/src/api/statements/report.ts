import { statement } from "../../database/statement.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import { onlyOnce } from "./only-once.ts";

/** An accounting report as every statement that reads one returns it. Days are YYYY-MM-DD. */
export interface ReportRow {
  id: string;
  is_live: boolean;
  start_date: string;
  end_date: string;
  notification_url: string | null;
  state: "waiting" | "available" | "expired";
  file_name: string;
  available_until: number | null;
  created_at: number;
}

const columns = `accounting_reports.id, accounting_reports.is_live, accounting_reports.start_date::text as start_date,
  accounting_reports.end_date::text as end_date, accounting_reports.notification_url, accounting_reports.state,
  accounting_reports.file_name,
  floor(extract(epoch from accounting_reports.available_until))::double precision as available_until,
  floor(extract(epoch from accounting_reports.created_at))::double precision as created_at`;

/**
 * $1 merchant, $2 mode, $3 to $5 Idempotency-Key, $6 id, $7 and $8 the days, $9 notification address,
 * $10 name of the file, $11 creation time.
 */
export const insertReport = statement(
  "insert-report",
  `with ${onlyOnce({ merchant: 1, key: 3 })}
insert into accounting_reports (id, merchant_id, is_live, start_date, end_date, notification_url, file_name, created_at)
select $6::text, fresh.merchant_id, fresh.is_live, $7::date, $8::date, $9::text, $10::text,
  to_timestamp($11::double precision)
from fresh
returning accounting_reports.id`,
);

/** $1 report, $2 merchant, $3 mode. */
export const getReport = statement(
  "get-report",
  `select ${columns}
from accounting_reports
where accounting_reports.id = $1::text and accounting_reports.merchant_id = $2::text
  and accounting_reports.is_live = $3::boolean`,
);

/** Latest first. $1 merchant, $2 mode, $3 how many, $4 how many to pass over. */
export const listReports = statement(
  "list-reports",
  `select ${columns}
from accounting_reports
where accounting_reports.merchant_id = $1::text and accounting_reports.is_live = $2::boolean
order by accounting_reports.created_at desc, accounting_reports.id desc
limit $3::integer offset $4::integer`,
);

/** The next piece of the file named $1, after the one that went up to booking $2. No row: there is no more. */
export const readReportPart = statement(
  "read-report-part",
  `select accounting_report_parts.written_to::text as written_to, accounting_report_parts.content
from accounting_reports join accounting_report_parts on accounting_report_parts.report_id = accounting_reports.id
where accounting_reports.file_name = $1::text and accounting_reports.state = 'available'
  and accounting_reports.available_until > now() and accounting_report_parts.written_to > $2::bigint
order by accounting_report_parts.written_to
limit 1`,
);

/**
 * Claims the oldest report that waits and that no other worker has, for $2 seconds. A report over days that have
 * ended waits for $1 seconds, until what was being booked at midnight has been: no statement takes longer than 5 s.
 */
export const claimReport = statement(
  "claim-report",
  `update accounting_reports set claimed_until = now() + make_interval(secs => $2::double precision)
where accounting_reports.id = (
    select accounting_reports.id
    from accounting_reports
    where accounting_reports.state = 'waiting'
      and (accounting_reports.claimed_until is null or accounting_reports.claimed_until < now())
      and (accounting_reports.end_date = (now() at time zone 'utc')::date
        or now() > (accounting_reports.end_date + 1)::timestamp at time zone 'utc'
          + make_interval(secs => $1::double precision))
    order by accounting_reports.created_at
    limit 1
    for update skip locked
  )
returning accounting_reports.id`,
);

/** The bookings that report $1 has to look through, found out once, and how far it is. */
export const beginReport = statement(
  "begin-report",
  `with bookings as (
  select min(ledger_transfers.id) as first_id, max(ledger_transfers.id) as last_id, count(*)
  from accounting_reports join ledger_transfers
    on ledger_transfers.created_at >= accounting_reports.start_date::timestamp at time zone 'utc'
    and ledger_transfers.created_at < (accounting_reports.end_date + 1)::timestamp at time zone 'utc'
  where accounting_reports.id = $1::text and accounting_reports.written_to is null
)
update accounting_reports set
  first_booking = coalesce(accounting_reports.first_booking, bookings.first_id, 1),
  last_booking = coalesce(accounting_reports.last_booking, bookings.last_id, 0),
  written_to = coalesce(accounting_reports.written_to, bookings.first_id - 1, 0)
from bookings
where accounting_reports.id = $1::text and accounting_reports.state = 'waiting'
returning accounting_reports.written_to::text as written_to, accounting_reports.last_booking::text as last_booking`,
);

/**
 * The next piece of report $1: what was booked after $2, among the $3 bookings that follow. Amounts are what the
 * merchant is owed more: a fee and a refund are negative. $4 is written above the rows of the first piece, $5 as `claimReport`.
 * No row: somebody else has written this piece.
 */
export const writeReportPart = statement(
  "write-report-part",
  `with report as (
  update accounting_reports set written_to = least($2::bigint + $3::bigint, accounting_reports.last_booking),
    claimed_until = now() + make_interval(secs => $5::double precision)
  where accounting_reports.id = $1::text and accounting_reports.state = 'waiting'
    and accounting_reports.written_to = $2::bigint and accounting_reports.written_to < accounting_reports.last_booking
  returning accounting_reports.id, accounting_reports.start_date, accounting_reports.end_date,
    accounting_reports.first_booking, accounting_reports.written_to, accounting_reports.merchant_id,
    accounting_reports.is_live
), lines as (
  select ledger_transfers.id, concat_ws(',',
    to_char(ledger_transfers.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    ledger_transfers.kind, ledger_transfers.reference, coalesce(refunds.payment_id, ledger_transfers.reference),
    case when ledger_transfers.kind = 'capture' then ledger_transfers.amount_cents
      else -ledger_transfers.amount_cents end, ledger_transfers.currency) as line
  from report
    join ledger_transfers on ledger_transfers.id > $2::bigint and ledger_transfers.id <= report.written_to
      and ledger_transfers.created_at >= report.start_date::timestamp at time zone 'utc'
      and ledger_transfers.created_at < (report.end_date + 1)::timestamp at time zone 'utc'
      and ledger_transfers.merchant_id = report.merchant_id and ledger_transfers.is_live = report.is_live
    left join refunds on refunds.id = ledger_transfers.reference
), part as (
  insert into accounting_report_parts (report_id, written_to, content)
  select report.id, report.written_to, case when $2::bigint < report.first_booking then $4::text else '' end
    || coalesce((select string_agg(lines.line || E'\\r\\n', '' order by lines.id) from lines), '')
  from report
)
select report.written_to::text as written_to from report`,
);

/** Report $1 is written in full: available for $2 seconds, and the merchant is told. $3 is the file when nothing was booked. */
export const finishReport = statement(
  "finish-report",
  `with report as (
  update accounting_reports set state = 'available',
    available_until = now() + make_interval(secs => $2::double precision)
  where accounting_reports.id = $1::text and accounting_reports.state = 'waiting'
    and accounting_reports.written_to >= accounting_reports.last_booking
  returning accounting_reports.id, accounting_reports.merchant_id, accounting_reports.is_live,
    accounting_reports.notification_url, accounting_reports.last_booking
), part as (
  insert into accounting_report_parts (report_id, written_to, content)
  select report.id, 0, $3::text from report where report.last_booking = 0
), ${enqueueNotification("report", { event: "'accounting_report.available'" })}
select report.id from report`,
);

/** Forgets the files of one report that has been available for long enough. No row: there is none. */
export const expireReport = statement(
  "expire-report",
  `with report as (
  update accounting_reports set state = 'expired'
  where accounting_reports.id = (
      select accounting_reports.id from accounting_reports
      where accounting_reports.state = 'available' and accounting_reports.available_until <= now()
      order by accounting_reports.available_until
      limit 1
      for update skip locked
    )
  returning accounting_reports.id
), part as (
  delete from accounting_report_parts using report where accounting_report_parts.report_id = report.id
)
select report.id from report`,
);
