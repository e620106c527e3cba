import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPlatform, terminalPayment, type Platform } from "../testing/platform.ts";

const resultOf = (answer: Record<string, unknown>) => answer["Response"];

describe("terminals", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.2.0", migrated: false });
  });
  afterAll(async () => platform.stop());

  test("log in, pay, and say so again", async () => {
    expect(resultOf(await platform.nexo("Payment", terminalPayment(10)))).toMatchObject({
      Result: "Failure",
      ErrorCondition: "LoggedOut",
    });
    expect(resultOf(await platform.nexo("Login", { DateTime: "2026-01-01T00:00:00Z" }))).toEqual({
      Result: "Success",
    });
    const paid = await platform.nexo("Payment", terminalPayment(19.99), "service-1");
    expect(paid).toMatchObject({
      Response: { Result: "Success" },
      PaymentResult: {
        AmountsResp: { Currency: "EUR", AuthorizedAmount: 19.99 },
        PaymentInstrumentData: { CardData: { MaskedPan: "************4444" } },
      },
    });
    // The same message again charges nobody again.
    expect(await platform.nexo("Payment", terminalPayment(19.99), "service-1")).toEqual(paid);
    const { rows } = await platform.sql.query<{ amount_cents: string }>(
      "select amount_cents from ledger_entries where account_id = 'test:acquirer'",
    );
    expect(rows).toEqual([{ amount_cents: "1999" }]);
    const status = await platform.nexo("TransactionStatus", {
      MessageReference: { SaleID: "test", ServiceID: "service-1" },
    });
    expect(status).toMatchObject({
      Response: { Result: "Success" },
      RepeatedMessageResponse: { RepeatedResponseMessageBody: { PaymentResponse: paid } },
    });
  });

  test("refuse what can't be", async () => {
    await platform.nexo("Login", { DateTime: "2026-01-01T00:00:00Z" });
    expect(resultOf(await platform.nexo("Payment", terminalPayment(5, "4000000000000002")))).toMatchObject({
      Result: "Failure",
      ErrorCondition: "Refusal",
      AdditionalResponse: "card_declined",
    });
    expect(resultOf(await platform.nexo("Payment", terminalPayment(5, "4242424242424241")))).toMatchObject({
      ErrorCondition: "InvalidCard",
    });
    const reference = { MessageReference: { SaleID: "test", ServiceID: "never" } };
    expect(resultOf(await platform.nexo("TransactionStatus", reference))).toMatchObject({
      ErrorCondition: "NotFound",
    });
    expect(await platform.nexo("Payment", terminalPayment(0.5))).toEqual({ status: 400 });
    expect(await platform.nexo("Nothing", {})).toEqual({ status: 400 });
  });

  test("a token works for its own terminal only", async () => {
    const other = platform.access.terminals[1];
    const first = platform.access.terminals[0];
    if (other === undefined || first === undefined) throw new Error("there are terminals");
    other.token = first.token;
    const { terminals } = platform.access;
    terminals.unshift({ poiId: other.poiId, token: first.token });
    expect(await platform.nexo("Login", { DateTime: "2026-01-01T00:00:00Z" })).toEqual({ status: 401 });
  });
});
