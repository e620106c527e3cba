import { locales, type Localised } from "../../../api/localised.ts";
import { systemCaller } from "../../../access/system-caller.ts";
import type { Query } from "../../../environment/query.ts";
import { phraseIn } from "../../../language/phrases/phrase-in.ts";
import { findComponents } from "../../components/find-component.ts";
import { openIncidentWithin } from "../../open-incident.ts";
import { readPageLanguage } from "../../status-page/read-status-page.ts";
import type { DetectionAction } from "../facts.ts";
import { changeOf, type ActionContext } from "./context.ts";
import { putSignals } from "./put-signals.ts";
import { sayByItself } from "./say-by-itself.ts";

/** Titles have this many letters at most. */
const longestTitle = 200;

/** Opens an incident for signals; where its components say so, clients are told in the same step. */
export async function open(
  context: ActionContext,
  { priority, publish, affected, unaffected, signals, ...moments }: Extract<DetectionAction, { do: "open" }>,
): Promise<void> {
  const { transaction, sealer, environment, facts } = context;
  const { query } = transaction;
  // A sender's clock may go before ours.
  const startedAt = moments.startedAt > facts.now ? facts.now : moments.startedAt;
  const incident = await openIncidentWithin(
    transaction,
    { sealer },
    {
      environment,
      priority,
      titles: await titlesOf(query, { environment, keys: affected.map(({ component }) => component) }),
      components: affected,
      unaffected,
      startedAt,
      detectedAt: moments.detectedAt,
      hold: false,
      caller: systemCaller,
    },
  );
  const policies = facts.components.filter(({ key }) => affected.some(({ component }) => component === key));
  await query(
    "insert into interlock_control.detections (incident, environment, policies) values ($1::text, $2::text, $3::jsonb)",
    [
      incident.id,
      environment,
      JSON.stringify(Object.fromEntries(policies.map(({ key, policy }) => [key, policy]))),
    ],
  );
  await putSignals(context, { incident: incident.id, signals, why: "it opened the incident" });
  if (!publish) return;
  const phrases = ["auto-detected", ...(unaffected.length === 0 ? [] : ["no-impact"])];
  await sayByItself(await changeOf(context, incident.id), { publish, status: "investigating", phrases });
}

async function titlesOf(
  query: Query,
  { environment, keys }: { environment: string; keys: readonly string[] },
): Promise<Localised> {
  const components = await findComponents(query, { environment, keys });
  const { timeZone } = await readPageLanguage(query);
  const values = { components: components.map(({ names }) => names) };
  return Object.fromEntries(
    locales.map((locale) => {
      const title = phraseIn({ phrase: "title-disruptions", values, locale, timeZone });
      return [locale, title.length > longestTitle ? `${title.slice(0, longestTitle - 1)}…` : title];
    }),
  );
}
