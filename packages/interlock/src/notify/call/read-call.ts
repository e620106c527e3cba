import type { Culprit } from "../../api/culprits.ts";
import { readCulprits } from "../../incident/culprit/rank-open-incidents.ts";
import { callsToSend, type CallToSend } from "../../incident/unit/calls-to-send.ts";
import { findPage, type Page } from "../page/read-page.ts";
import type { NotifyServices } from "../services.ts";

/** A call with the facts of its incident. */
export interface CallFacts {
  call: CallToSend;
  startedAt: Date;
  components: { key: string; names: Record<string, string>; status: string }[];
  /** The likeliest one, where there is evidence against it. */
  culprit: Culprit | undefined;
  timeZone: string;
  page: Page | undefined;
  /** Where the call is answered; null where nobody said where this server is reached. */
  answerUrl: string | null;
}

/** Undefined when it was answered, or its incident is over. */
export async function readCall(services: NotifyServices, id: string): Promise<CallFacts | undefined> {
  const { control, notify } = services;
  const query = control.query;
  const call = (await callsToSend(services, { limit: 1_000 })).find((each) => each.call === id);
  if (call === undefined) return undefined;
  const [incident] = await query<{ started_at: Date }>(
    "select started_at from interlock_control.incidents where id = $1::text",
    [call.incident],
  );
  const components = await query<CallFacts["components"][number]>(componentsSql, [call.incident]);
  const culprit = (await readCulprits(query, call.incident)).find(({ hasEvidence }) => hasEvidence);
  const page = await findPage(query, notify);
  const base = page?.subscriptionsUrl.replace(/\/status$/, "") ?? notify.publicUrl;
  return {
    call,
    startedAt: incident?.started_at ?? call.calledAt,
    components,
    culprit,
    timeZone: page?.timeZone ?? "UTC",
    page,
    answerUrl: base === null || base === "" ? null : `${base}/answer/${call.answerToken}?lang=${call.locale}`,
  };
}

const componentsSql = `select c.key, c.names, x.status
    from interlock_control.component_impacts x
    join interlock_control.components c on c.id = x.component
   where x.incident = $1::text and x.ended_at is null and x.status <> 'operational' order by c.position, c.key`;
