import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const oldMaster = "an old master secret of 32 characters";
const newMaster = "a new master secret of 32 characters.";
const owner = { merchantId: "acc_000001", isLive: false };
const attempt = { notification: { id: "7", subject_id: "pay_1" }, owner, body: '{"id":"pay_1"}' };

/** The modules as a process sees them that is started with this master. */
async function load(master: string) {
  vi.stubEnv("NOTIFICATION_SECRET", master);
  const { signatureHeaders } = await import("./sign.ts");
  const { notificationSecret } = await import("./secret.ts");
  return { signatureHeaders, notificationSecret };
}

describe("signatures", () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.unstubAllEnvs());

  test("the library of Standard Webhooks accepts them, and nothing that was changed", async () => {
    const { signatureHeaders, notificationSecret } = await load(newMaster);
    const headers = signatureHeaders({ ...attempt, at: new Date() });
    const receiver = new Webhook(notificationSecret(owner));
    expect(receiver.verify(attempt.body, headers)).toEqual({ id: "pay_1" });
    expect(() => receiver.verify('{"id":"pay_2"}', headers)).toThrow("No matching signature");
    const another = new Webhook(notificationSecret({ ...owner, merchantId: "acc_000002" }));
    expect(() => another.verify(attempt.body, headers)).toThrow("No matching signature");
    const live = new Webhook(notificationSecret({ ...owner, isLive: true }));
    expect(() => live.verify(attempt.body, headers)).toThrow("No matching signature");
  });

  test("the id is that of the notification, whenever it is sent, and no other's", async () => {
    const { signatureHeaders } = await load(newMaster);
    const id = (of: { id: string; subject_id: string }, at: number): string | undefined =>
      signatureHeaders({ ...attempt, notification: of, at: new Date(at) })["webhook-id"];
    const first = id({ id: "7", subject_id: "pay_1" }, 0);
    expect(id({ id: "7", subject_id: "pay_1" }, 1_000_000)).toBe(first);
    expect(id({ id: "8", subject_id: "pay_1" }, 0)).not.toBe(first);
  });

  test("while a master is replaced, those who know the old one and the new one both can check", async () => {
    const before = (await load(oldMaster)).notificationSecret(owner);
    vi.resetModules();
    const { signatureHeaders, notificationSecret } = await load(`${newMaster},${oldMaster}`);
    const headers = signatureHeaders({ ...attempt, at: new Date() });
    expect(new Webhook(before).verify(attempt.body, headers)).toEqual({ id: "pay_1" });
    expect(notificationSecret(owner)).not.toBe(before);
    expect(new Webhook(notificationSecret(owner)).verify(attempt.body, headers)).toEqual({ id: "pay_1" });
  });

  test("a master that could be guessed is refused", async () => {
    const { notificationSecret } = await load("short");
    expect(() => notificationSecret(owner)).toThrow("at least 32 characters");
  });
});
