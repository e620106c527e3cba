import type { NotifyServices } from "../services.ts";
import { endSubscriber } from "./end-subscriber.ts";
import { hashOfSecretToken, looksLikeSecretToken } from "./secret-token.ts";

/**
 * Ends a subscription by the token in its messages, which works without a login and for ever. Whether there was one
 * is not told: whoever unsubscribes is not subscribed afterwards.
 */
export async function unsubscribe(
  { control }: Pick<NotifyServices, "control">,
  { token }: { token: string },
): Promise<void> {
  if (!looksLikeSecretToken(token)) return;
  await control.transact(async (transaction) => {
    const [found] = await transaction.query<{ id: string }>(
      "select id from interlock_control.subscribers where unsubscribe_sha256 = $1::bytea",
      [hashOfSecretToken(token)],
    );
    if (found === undefined) return;
    await endSubscriber(transaction, { subscriber: found.id, because: "unsubscribed", actor: "subscriber" });
  });
}
