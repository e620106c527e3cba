import type { Taken } from "../api/signals.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { componentOf } from "./component-of.ts";
import { shapes } from "./shapes/all.ts";
import { sourceColumns, type SourceRow } from "./source-row.ts";
import { takeSignal } from "./take-signal.ts";

/** Takes what a source sends, by its name. Throws `Failure` "not-found" or "input-not-valid". */
export async function takeDeliveryByName(
  { control }: { control: Control },
  { environment, source, body }: { environment: string; source: string; body: unknown },
): Promise<Taken[]> {
  const [row] = await control.query<SourceRow>(
    `select ${sourceColumns} from interlock_control.signal_sources
      where environment = $1::text and name = $2::text and removed_at is null`,
    [environment, source],
  );
  if (row === undefined) throw sourceNotFound(source);
  return takeDelivery({ control }, { source: row, body });
}

/** Takes what a source sends: all of a delivery, or nothing. Throws `Failure` "input-not-valid". */
export async function takeDelivery(
  { control }: { control: Control },
  { source, body }: { source: SourceRow; body: unknown },
): Promise<Taken[]> {
  const { environment, name: origin, kind, mapping } = source;
  const delivered = shapes[kind](body);
  return control.transact(async (transaction) => {
    const taken: Taken[] = [];
    // In the order of their keys: two deliveries with the same ones must not wait for each other.
    for (const one of delivered.toSorted((left, right) => (left.key < right.key ? -1 : 1))) {
      const { labels, ...said } = one;
      const component = componentOf(mapping, labels);
      const reported = { ...said, source: "hook" as const, origin, component };
      taken.push(await takeSignal(transaction, { environment, reported }));
    }
    return taken;
  });
}

export function sourceNotFound(name: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no source ${name}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock signal source list --env ENVIRONMENT",
  });
}
