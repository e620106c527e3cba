import { randomBytes } from "node:crypto";
import { newIdentifier } from "../../payments/identifier.ts";
import { checkUrls } from "../check-urls.ts";
import { createOnce } from "../create-once.ts";
import type { Endpoint } from "../endpoint.ts";
import { isDay } from "../read-schedule.ts";
import { Refusal } from "../refusal.ts";
import { renderReport } from "../render-report.ts";
import { url } from "../schemas.ts";
import type { ReportRow } from "../statements/report.ts";

interface Body {
  start_date: string;
  end_date: string;
  notification_url?: string | null;
}

const path = "/v1/accounting_reports";
const day = { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" };

/** POST /v1/accounting_reports: a file of everything booked from one day to another (UTC), made in the background. 201. */
export const createReport: Endpoint = {
  method: "POST",
  path,
  access: "merchant",
  body: {
    type: "object",
    required: ["start_date", "end_date"],
    properties: { start_date: day, end_date: day, notification_url: url },
    additionalProperties: false,
  },
  async handle(context, request) {
    const { caller } = request;
    const body = request.body as Body;
    checkDays(body, new Date());
    checkUrls(body);
    const row: ReportRow = {
      id: newIdentifier("ar"),
      is_live: caller.isLive,
      start_date: body.start_date,
      end_date: body.end_date,
      notification_url: body.notification_url ?? null,
      state: "waiting",
      // Whoever has the address has the file: 192 random bits are not guessed.
      file_name: randomBytes(24).toString("base64url"),
      available_until: null,
      created_at: Math.floor(Date.now() / 1_000),
    };
    return createOnce(context, {
      request,
      path,
      statement: context.statements.insertReport,
      before: [caller.merchantId, caller.isLive],
      after: [row.id, row.start_date, row.end_date, row.notification_url, row.file_name, row.created_at],
      rendered: renderReport(context, row),
    });
  },
};

function checkDays({ start_date: start, end_date: end }: Body, now: Date): void {
  if (!isDay(start)) refuse("start_date", "is no day of the calendar");
  if (!isDay(end)) refuse("end_date", "is no day of the calendar");
  if (end < start) refuse("end_date", "must not be before start_date");
  if (end > now.toISOString().slice(0, 10)) refuse("end_date", "must not be in the future");
}

function refuse(field: "start_date" | "end_date", problem: string): never {
  throw new Refusal(400, "There can't be a report over these days.", { [field]: problem });
}
