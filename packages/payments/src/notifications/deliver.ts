import type { Agent } from "undici";
import type { Context } from "../api/context.ts";
import { report, reportSparingly } from "../platform/report.ts";
import { postNotification, type Posted } from "./post-notification.ts";
import { refusalOfUrl } from "./receiver-policy.ts";
import { renderSubject } from "./render-subject.ts";
import { restAfter } from "./retry-schedule.ts";
import { signatureHeaders } from "./sign.ts";
import { keyValues, type LeasedNotification } from "./statements.ts";

export interface DeliveryOptions {
  /** For each mode, what opens the connections. */
  agents: { live: Agent; test: Agent };
  /** From the first byte sent to the last one read. */
  timeoutMs: number;
  /** Shortens the rests between attempts. */
  retryScale: number;
}

/**
 * Makes one attempt to deliver a notification and writes down what came of it: delivered, tried again later, or
 * given up. Whatever fails in between leaves it to its lease. Returns whether the receiver answered.
 */
export async function deliver(
  context: Context,
  notification: LeasedNotification,
  options: DeliveryOptions & { signal: AbortSignal },
): Promise<boolean> {
  const refusal = refusalOfUrl(notification.url);
  if (refusal !== undefined) {
    await giveUp(context, notification, { statusCode: 0, failure: `URL refused: ${refusal}` });
    return true;
  }
  const { merchant_id: merchantId, is_live: isLive, subject_id: id } = notification;
  const subject = await renderSubject(context, { id, merchantId, isLive });
  if (subject === undefined) {
    await giveUp(context, notification, { statusCode: 0, failure: "nothing to tell of" });
    return true;
  }
  const body = JSON.stringify(subject);
  const owner = { merchantId, isLive };
  const posted = await postNotification(isLive ? options.agents.live : options.agents.test, {
    url: notification.url,
    headers: signatureHeaders({ notification, owner, body, at: new Date() }),
    body,
    signal: AbortSignal.any([AbortSignal.timeout(options.timeoutMs), options.signal]),
  });
  await record(context, notification, { posted, options });
  return posted.statusCode !== 0;
}

async function record(
  context: Context,
  notification: LeasedNotification,
  { posted, options }: { posted: Posted; options: DeliveryOptions & { signal: AbortSignal } },
): Promise<void> {
  const { statusCode, failure } = posted;
  const { id, attempts } = notification;
  const { database, statements, release } = context;
  if (failure === null) {
    await database.run(statements.finishNotification, [
      id,
      attempts,
      "delivered",
      statusCode,
      null,
      ...keyValues(release, notification),
    ]);
    return;
  }
  const rest = restAfter({ attempts, statusCode, scale: options.retryScale, random: Math.random() });
  if (rest === undefined) {
    await giveUp(context, notification, posted);
    return;
  }
  // Cut short by our own end, not by the receiver: the next worker may try at once.
  const seconds = options.signal.aborted && statusCode === 0 ? 0 : rest;
  await database.run(statements.postponeNotification, [
    id,
    attempts,
    statusCode,
    failure,
    seconds,
    ...keyValues(release, notification),
  ]);
  reportSparingly(`notification ${notification.receiver}`, {
    event: "notification-failed",
    notification: id,
    receiver: notification.receiver,
    attempts,
    failure,
  });
}

async function giveUp(
  { database, statements, release }: Context,
  notification: LeasedNotification,
  { statusCode, failure }: Posted,
): Promise<void> {
  const { id, attempts, receiver } = notification;
  await database.run(statements.finishNotification, [
    id,
    attempts,
    release.notifications.givenUp,
    statusCode,
    failure,
    ...keyValues(release, notification),
  ]);
  report({ event: "notification-given-up", notification: id, receiver, attempts, failure: failure ?? "" });
}
