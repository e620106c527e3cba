import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvedCard, startPlatform, type Answer, type Platform } from "../testing/platform.ts";
import { transitions, type PaymentStatus } from "./status.ts";

const statuses = Object.keys(transitions) as PaymentStatus[];
const declined = { ...approvedCard, card_number: "4000000000000002" };

describe.each([
  { version: "2.2.0", migrated: false },
  { version: "2.3.0", migrated: true },
])("the state machine in $version", (release) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform(release);
  });
  afterAll(async () => platform.stop());

  const post = async (path: string, body: object): Promise<Answer> =>
    platform.call({ method: "POST", path, body });
  /** What moves a payment to a status, or tries to. */
  const moves: Record<Exclude<PaymentStatus, "created">, (id: string) => Promise<Answer>> = {
    paid: async (id) => post(`/pay/${id}`, approvedCard),
    failed: async (id) => post(`/pay/${id}`, declined),
    aborted: async (id) =>
      platform.call({ method: "PATCH", path: `/v1/payments/${id}`, body: { aborted: true } }),
    refunded: async (id) => post(`/v1/payments/${id}/refunds`, {}),
  };
  const make = async (status: PaymentStatus): Promise<string> => {
    const id = String((await post("/v1/payments", { amount: 500, currency: "EUR" })).json["id"]);
    if (status === "refunded") await moves.paid(id);
    if (status !== "created") await moves[status](id);
    return id;
  };
  const statusOf = async (id: string): Promise<PaymentStatus> => {
    const { json } = await platform.call({ path: `/v1/payments/${id}` });
    const failure = json["failure"] as { code: string } | null;
    if (json["is_refunded"] === true) return "refunded";
    if (json["is_paid"] === true) return "paid";
    if (failure === null) return "created";
    return failure.code === "aborted" ? "aborted" : "failed";
  };

  test.each(statuses)("%s goes where it may, and nowhere else", async (from) => {
    for (const [to, move] of Object.entries(moves) as [PaymentStatus, (id: string) => Promise<Answer>][]) {
      const id = await make(from);
      expect(await statusOf(id)).toBe(from);
      await move(id);
      expect(await statusOf(id)).toBe(transitions[from].includes(to) ? to : from);
    }
  });
});
