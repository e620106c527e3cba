import type { Control } from "./control.ts";

/** An event as it stands in the control database. */
export interface ControlEvent {
  number: string;
  at: Date;
  kind: string;
  environment: string | null;
  subject: string;
  detail: unknown;
}

/** Events after a number, in order. */
export async function readEvents(
  control: Pick<Control, "query">,
  { after, limit }: { after: string; limit: number },
): Promise<ControlEvent[]> {
  return control.query<ControlEvent>(
    `select number, at, kind, environment, subject, detail
       from interlock_control.events
      where number > $1::bigint
      order by number
      limit $2::integer`,
    [after, limit],
  );
}

/** The number of the last event that there was, "0" when there never was one. */
export async function readLastEventNumber(control: Pick<Control, "query">): Promise<string> {
  const [row] = await control.query<{ number: string }>(
    "select coalesce(max(number), 0) as number from interlock_control.events",
  );
  return row?.number ?? "0";
}
