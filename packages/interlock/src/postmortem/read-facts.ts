import { locales as everyLocale, type Locale, type Localised } from "../api/localised.ts";
import type { Control } from "../control/control.ts";
import { findIncident } from "../incident/find-incident.ts";
import { referenceOf } from "../incident/incident.ts";
import { readPageLanguage } from "../incident/status-page/read-status-page.ts";
import { readActions } from "./actions/read-actions.ts";
import type { PostmortemFacts } from "./facts.ts";
import { momentsOf } from "./moments.ts";
import { readCause } from "./read-cause.ts";
import { readDeployments } from "./read-deployments.ts";
import { readSeries, readSignalled, requestsWithin } from "./series/read-series.ts";

interface Updates {
  count: number;
  first_at: Date | null;
  locales: Locale[];
}

/** Everything that is known of an incident, by its reference (`INC-12`) or its id. Throws `Failure` "not-found". */
export async function readFacts(query: Control["query"], incident: string): Promise<PostmortemFacts> {
  const row = await findIncident(query, incident);
  const page = await readPageLanguage(query);
  const { id, environment, started_at: startedAt } = row;
  const span = { from: startedAt, until: row.ended_at ?? row.recovered_at };
  const asked = { incident: id, reference: referenceOf(row), environment, ...span };
  // One after the other: inside a transaction there is one session.
  const deployments = await readDeployments(query, asked);
  const cause = await readCause(query, { ...asked, deployments });
  const series = await readSeries(query, id);
  const recovered = row.recovered_at ?? row.ended_at;
  const requests =
    requestsWithin(series, { from: startedAt, until: recovered }) ?? (await readSignalled(query, id));
  const actions = await readActions(query, { incident: id });
  const [updates] = await query<Updates>(updatesSql, [id]);
  const known = {
    startedAt,
    detectedAt: row.detected_at,
    declaredAt: row.opened_at,
    unitAt: row.unit_opened_at,
    firstUpdateAt: updates?.first_at ?? null,
    recoveredAt: row.recovered_at,
    endedAt: row.ended_at,
  };
  const namesOf = (wasAffected: boolean): Localised[] =>
    row.impacts.filter((impact) => impact.wasAffected === wasAffected).map(({ names }) => names);
  return {
    incident: id,
    reference: referenceOf(row),
    environment,
    priority: row.priority,
    titles: row.titles,
    category: row.category,
    responsibility: row.responsibility ?? (page.responsibility === "" ? null : page.responsibility),
    timeZone: page.timeZone,
    locales: page.postmortemLocales,
    status: row.status,
    ...known,
    updates: {
      count: updates?.count ?? 0,
      locales: everyLocale.filter((locale) => updates?.locales.includes(locale) === true),
    },
    affected: namesOf(true),
    unaffected: namesOf(false),
    requests,
    moments: momentsOf({ ...known, deployments, cause }),
    cause,
    actions,
  };
}

/** How many updates were published, when the first one was, and in which languages all of them are. */
const updatesSql = `select count(*)::integer as count, min(published_at) as first_at,
    array(select t.locale from interlock_control.updates u join interlock_control.update_texts t on t.update = u.id
           where u.incident = $1::text and u.state = 'published'
           group by t.locale
          having count(distinct u.id) = (select count(*) from interlock_control.updates v
                                          where v.incident = $1::text and v.state = 'published')) as locales
  from interlock_control.updates where incident = $1::text and state = 'published'`;
