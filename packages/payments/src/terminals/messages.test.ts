import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { terminalPayment } from "../testing/platform.ts";
import { startPointOfSale, type PointOfSale } from "../testing/point-of-sale.ts";
import { failed, login, reversalOf, success } from "../testing/terminal.ts";
import { saleToPoiRequest } from "./nexo/sale-to-poi-request.ts";

type Body = Record<string, unknown>;

const paymentWith = (change: (request: Record<string, Body>) => void): object => {
  const request = structuredClone(terminalPayment(5)) as Record<string, Body>;
  change(request);
  return request;
};

describe("messages to terminals", () => {
  let pos: PointOfSale;
  beforeAll(async () => {
    pos = await startPointOfSale();
  });
  afterAll(async () => pos.stop());
  beforeEach(async () => {
    await pos.send(login);
  });

  test.each<[string, unknown, string]>([
    ["Payment", {}, "MessageFormat"],
    ["Payment", null, "MessageFormat"],
    ["Payment", [], "MessageFormat"],
    ["Payment", terminalPayment(0.5), "NotAllowed"],
    ["Payment", terminalPayment(20_000.01), "NotAllowed"],
    ["Payment", terminalPayment(1e300), "NotAllowed"],
    ["Payment", terminalPayment(-5), "NotAllowed"],
    ["Payment", terminalPayment(5.001), "MessageFormat"],
    ["Payment", terminalPayment(0.1 + 0.2), "MessageFormat"],
    ["Payment", terminalPayment("5" as never), "MessageFormat"],
    ["Payment", terminalPayment(5, "4242424242424241"), "InvalidCard"],
    ["Payment", terminalPayment(5, "4242 4242"), "MessageFormat"],
    [
      "Payment",
      paymentWith((request) => {
        request["PaymentTransaction"] = { AmountsReq: { Currency: "USD", RequestedAmount: 5 } };
      }),
      "NotAllowed",
    ],
    [
      "Payment",
      paymentWith((request) => {
        request["PaymentData"] = { ...request["PaymentData"], PaymentType: "Refund" };
      }),
      "UnavailableService",
    ],
    [
      "Payment",
      paymentWith((request) => {
        const SaleTransactionID = { TransactionID: "a\u0000b", TimeStamp: "" };
        request["SaleData"] = { SaleTransactionID };
      }),
      "MessageFormat",
    ],
    ["Reversal", {}, "MessageFormat"],
    ["Reversal", { ...reversalOf("trm_1"), ReversalReason: "Whim" }, "MessageFormat"],
    ["Abort", { AbortReason: "MerchantAbort" }, "MessageFormat"],
    ["TransactionStatus", {}, "MessageFormat"],
    ["TransactionStatus", { MessageReference: { SaleID: "test", ServiceID: "never" } }, "NotFound"],
    ["Login", { DateTime: 5 }, "MessageFormat"],
  ])("%s with %j: %s", async (category, request, condition) => {
    expect(await pos.post({ category, request })).toMatchObject({
      status: 200,
      body: { SaleToPOIResponse: { [`${category}Response`]: failed(condition) } },
    });
  });

  test.each([
    { category: "Nothing" },
    { category: "Login", serviceId: "" },
    { category: "Login", serviceId: "x".repeat(65) },
    { category: "Login", saleId: "a\u0000b" },
  ])("a header like %j is 400", async (message) => {
    expect((await pos.post(message)).status).toBe(400);
  });

  test("more than can be waited for is Busy, at once", async () => {
    const answers: Body[] = [];
    const isBusy = (answer: Body): boolean => (answer["Response"] as Body)["ErrorCondition"] === "Busy";
    await pos.sql.query("begin; lock table terminals in access exclusive mode");
    // 5 sessions wait for the lock and 500 requests for a session.
    const all = Array.from({ length: 515 }, async () => {
      answers.push(await pos.send(login));
    });
    await eventually(
      async () => answers.length,
      (length) => length > 0,
    );
    expect(answers.every(isBusy)).toBe(true);
    await pos.sql.query("rollback");
    await Promise.all(all);
    expect(answers.filter(isBusy).length).toBeGreaterThanOrEqual(10);
    const others = answers.filter((answer) => !isBusy(answer));
    expect(others.length).toBeGreaterThan(0);
    expect(others).toEqual(others.map(() => expect.objectContaining(success)));
  });

  test("a token works for its own terminal only, and without one there is nothing", async () => {
    const body = JSON.stringify(
      saleToPoiRequest({
        category: "Login",
        request: { DateTime: "" },
        serviceId: "1",
        saleId: "test",
        poiId: pos.tokens[1]?.poiId,
      }),
    );
    for (const token of [pos.tokens[0]?.token, "none", undefined]) {
      const headers = {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      expect((await fetch(`${pos.terminals.url}/nexo`, { method: "POST", headers, body })).status).toBe(401);
    }
  });
});
