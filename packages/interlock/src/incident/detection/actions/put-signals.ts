import { appendToTimeline } from "../../append-to-timeline.ts";
import type { ActionContext } from "./context.ts";

interface Put {
  id: string;
  source: string;
  origin: string;
  component: string | null;
  severity: string;
  title: string;
  started_at: Date;
  first_at: Date;
  ended_at: Date | null;
  detail: Record<string, unknown>;
}

/** Puts signals to an incident, each with an entry of its timeline; those that another one has stay there. */
export async function putSignals(
  { transaction: { query } }: ActionContext,
  { incident, signals, why }: { incident: string; signals: readonly string[]; why: string },
): Promise<void> {
  const put = await query<Put>(
    `update interlock_control.signals set incident = $1::text, attached_at = clock_timestamp()
      where id = any($2::text[]) and incident is null
      returning id, source, origin, component, severity, title, started_at, first_at, ended_at, detail`,
    [incident, signals],
  );
  for (const { id: signal, source, origin, component, severity, title, ...one } of put) {
    await appendToTimeline(query, {
      incident,
      at: one.started_at,
      kind: "signal-attached",
      actor: `${source} ${origin}`,
      detail: {
        signal,
        source,
        origin,
        component,
        severity,
        title,
        why,
        firstAt: one.first_at,
        endedAt: one.ended_at,
        ...evidenceIn(one.detail),
      },
    });
  }
}

/** What of a signal belongs on a timeline. */
function evidenceIn({ results, statements, ddl, error, appVersion }: Record<string, unknown>): object {
  return {
    ...(results === undefined ? {} : { results }),
    ...(statements === undefined ? {} : { statements }),
    ...(ddl === undefined ? {} : { ddl }),
    ...(error === undefined ? {} : { error }),
    ...(appVersion === undefined ? {} : { appVersion }),
  };
}
