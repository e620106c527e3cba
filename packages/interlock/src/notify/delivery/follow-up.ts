import type { NotifyServices } from "../services.ts";
import { endSubscriber } from "../subscription/end-subscriber.ts";
import type { Claimed, Outcome } from "./delivery.ts";
import type { Recorded } from "./record-outcomes.ts";

/** Messages that an address refused for ever, or that were given up, one after the other: then nobody is there. */
const mostRefusals = 3;

/** What a recorded outcome means for the subscriber: who is gone is told nothing more, who is back starts anew. */
export async function followUp(
  { control }: Pick<NotifyServices, "control">,
  { delivery, outcome, state }: { delivery: Claimed; outcome: Outcome; state: ReturnType<Recorded["get"]> },
): Promise<void> {
  // Somebody else has it: what they record counts.
  if (state === undefined) return;
  const { receiver, kind, subject, subscriber } = delivery;
  if (kind === "confirmation" && state === "sent") {
    await control.query(
      "update interlock_control.subscription_asks set sealed_token = null where id = $1::text and sealed_token is not null",
      [subject],
    );
  }
  if (state === "sent" && (subscriber?.refusals ?? 0) > 0) {
    await control.query(
      "update interlock_control.subscribers set refusals = 0 where id = $1::text and refusals > 0",
      [receiver],
    );
  }
  const isGone = outcome.state === "failed" && outcome.gone === true;
  const isRefused = outcome.state === "failed" && outcome.refusal;
  if (!isGone && !isRefused && state !== "given-up") return;
  await control.transact(async (transaction) => {
    const [row] = await transaction.query<{ refusals: number }>(
      `update interlock_control.subscribers set refusals = refusals + 1
        where id = $1::text and state <> 'ended' returning refusals`,
      [receiver],
    );
    if (row === undefined || (!isGone && row.refusals < mostRefusals)) return;
    const because = isGone ? "gone" : isRefused ? "refused" : "failing";
    await endSubscriber(transaction, { subscriber: receiver, because, actor: "interlock" });
  });
}
