import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import { subscriberColumns, type SubscriberRow } from "./subscriber.ts";

/** Throws `Failure` "not-found". */
export async function findSubscriber(query: Control["query"], id: string): Promise<SubscriberRow> {
  const [row] = await query<SubscriberRow>(
    `select ${subscriberColumns} from interlock_control.subscribers s where s.id = $1::text`,
    [id],
  );
  if (row !== undefined) return row;
  throw new Failure({
    code: "not-found",
    message: `There is no subscriber ${id}.`,
    state: "Nothing was changed.",
    next: "See the ids with `interlock subscriber list`.",
  });
}
