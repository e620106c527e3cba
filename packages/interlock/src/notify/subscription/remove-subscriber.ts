import type { Subscriber } from "../../api/subscribers.ts";
import type { Caller } from "../../access/caller.ts";
import { requireEveryEnvironment } from "../../access/require-every-environment.ts";
import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import { endSubscriber } from "./end-subscriber.ts";
import { findSubscriber } from "./find-subscriber.ts";
import { subscriberOf } from "./subscriber.ts";

/** Removes a subscriber and erases the address. Throws `Failure` "not-found", or "already-ended" for the loser of a race. */
export async function removeSubscriber(
  { control }: { control: Control },
  { subscriber, caller }: { subscriber: string; caller: Caller },
): Promise<Subscriber> {
  requireEveryEnvironment(caller);
  return control.transact(async (transaction) => {
    await findSubscriber(transaction.query, subscriber);
    const ended = await endSubscriber(transaction, { subscriber, because: "removed", actor: caller.owner });
    if (ended) return subscriberOf(await findSubscriber(transaction.query, subscriber));
    throw new Failure({
      code: "already-ended",
      message: `${subscriber} is told nothing any more.`,
      state: "Nothing was changed.",
    });
  });
}
