import type { AddedSubscriber, NewSubscriber } from "../../api/subscribers.ts";
import type { Caller } from "../../access/caller.ts";
import { requireEveryEnvironment } from "../../access/require-every-environment.ts";
import { Failure } from "../../std/failure.ts";
import { readPage } from "../page/read-page.ts";
import type { NotifyServices } from "../services.ts";
import { wasAskedTooOften } from "./ask-subscription.ts";
import { findSubscriber } from "./find-subscriber.ts";
import { insertAsks, insertSubscribers } from "./insert-subscribers.ts";
import { subscriberOf } from "./subscriber.ts";
import { checkWish, digestOf, newRow, readComponentIds } from "./wish.ts";

/**
 * Adds a subscriber. Whoever has the address is asked to confirm, unless they agreed elsewhere and it is said where;
 * one who was asked before is asked again. Throws `Failure` "already-exists" for one who is told already,
 * "too-many-requests" for one who was asked too often, and what `checkWish` and `readPage` throw.
 */
export async function addSubscriber(
  { control, sealer, notify: settings }: NotifyServices,
  { subscriber: wish, caller }: { subscriber: NewSubscriber; caller: Caller },
): Promise<AddedSubscriber> {
  requireEveryEnvironment(caller);
  const { confirmedBecause = null } = wish;
  return control.transact(async ({ query, audit, emit }) => {
    const page = await readPage(query, settings);
    const components = await readComponentIds(query, page.environment);
    const checked = checkWish(wish, { page, components, settings });
    const { row, contact } = newRow(sealer, checked);
    const inserted = await insertSubscribers(query, [row], { by: caller.owner, confirmedBecause });
    const isNew = inserted.has(row.id);
    let id = row.id;
    if (!isNew) {
      const [known] = await query<{ id: string; state: string }>(
        `select id, state from interlock_control.subscribers
          where channel = $1::text and address_digest = $2::bytea and state <> 'ended' for update`,
        [checked.channel, digestOf(sealer, checked)],
      );
      if (known === undefined || known.state === "active" || confirmedBecause !== null) throw alreadyThere();
      if (await wasAskedTooOften(query, known.id)) throw askedTooOften();
      id = known.id;
    }
    if (confirmedBecause === null) {
      await insertAsks(query, { asks: [{ subscriber: id, wish: checked, host: row.host }], sealer });
    }
    const detail = {
      channel: checked.channel,
      locale: checked.locale,
      kinds: checked.kinds,
      confirmedBecause,
    };
    audit({ actor: caller.owner, action: "subscriber.add", subject: id, detail });
    emit({ kind: "subscriber-added", subject: id, detail: { channel: checked.channel } });
    return { ...subscriberOf(await findSubscriber(query, id)), secret: isNew ? contact.secret : null };
  });
}

function alreadyThere(): Failure {
  return new Failure({
    code: "already-exists",
    message: "There is a subscriber with this address already.",
    state: "Nothing was changed.",
    next: "See it with `interlock subscriber list`; remove it first to add it anew.",
  });
}

function askedTooOften(): Failure {
  return new Failure({
    code: "too-many-requests",
    message: "This address was asked to confirm as often as it may be.",
    state: "Nothing was changed.",
    next: "Wait an hour.",
  });
}
