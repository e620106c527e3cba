import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences, startPlatform, type Platform } from "../../testing/platform.ts";
import { Balancer } from "../balancer.ts";
import { buyOnline } from "../buy-online.ts";
import type { Store } from "../merchant.ts";
import { NotificationReceiver } from "../notification-receiver.ts";
import { abort } from "./abort.ts";
import { payAtOnce } from "./at-once.ts";
import { beChallenged } from "./challenged.ts";
import { beDeclined } from "./declined.ts";
import { deferCapture } from "./deferred.ts";
import { payWithSavedCard } from "./saved-card.ts";

const ways = { abort, payAtOnce, beChallenged, beDeclined, deferCapture, payWithSavedCard };

describe("each way to buy", () => {
  let platform: Platform;
  let store: Store;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.2.0", migrated: false });
    const api = new Balancer([platform.api.url]);
    const headers = { authorization: `Bearer ${platform.access.keys[0] ?? ""}` };
    const receiver = new NotificationReceiver(async () => {
      const account = await api.call({
        step: "account",
        method: "GET",
        path: "/v1/account",
        headers,
        expect: 200,
      });
      return String(account["notification_secret"]);
    });
    await receiver.listen();
    const merchant = {
      headers,
      notificationUrl: receiver.urlOf(0),
      closedUrl: receiver.closedUrlOf(0),
      savedCards: [],
    };
    store = { api, receiver, merchant, logins: [] };
  });
  afterAll(async () => {
    store.receiver.close();
    await store.api.close();
    await platform.stop();
  });

  test.each(Object.entries(ways))("%s ends as it is meant to", async (_, way) => {
    for (let place = 0; place < 3; place++) await buyOnline(store, way);
    expect(await differences(platform.sql)).toEqual([]);
  });

  test("a card that is saved is used again", async () => {
    expect(store.merchant.savedCards).toHaveLength(1);
    const { rows } = await platform.sql.query(
      "select initiator, count(*)::integer as payments from payments where card_id is not null group by initiator order by 1",
    );
    expect(rows).toEqual([
      { initiator: "PAYER", payments: 2 },
      { initiator: null, payments: 1 },
    ]);
  });

  test("a payment that doesn't end as it is meant to has failed", async () => {
    const { authorization: _, ...nobody } = store.merchant.headers as Record<string, string>;
    const stranger = { ...store, merchant: { ...store.merchant, headers: nobody } };
    await expect(payAtOnce(stranger)).rejects.toMatchObject({ reason: "create: http 401" });
  });

  test("a signature that doesn't fit is counted, and refused", async () => {
    const answer = await fetch(store.receiver.urlOf(0), {
      method: "POST",
      headers: { "webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA" },
      body: '{"id":"pay_1"}',
    });
    expect(answer.status).toBe(400);
    expect(store.receiver.figures()).toMatchObject({ wrong: 1 });
  });
});
