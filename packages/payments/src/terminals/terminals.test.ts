import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { addAllCredits } from "../testing/add-credits.ts";
import { eventually } from "../testing/eventually.ts";
import { terminalPayment } from "../testing/platform.ts";
import { startPointOfSale, type PointOfSale, type TerminalMessage } from "../testing/point-of-sale.ts";

type Body = Record<string, unknown>;

const failed = (condition: string) => ({ Response: { Result: "Failure", ErrorCondition: condition } });
const success = { Response: { Result: "Success" } };

function transactionOf(answer: Body): string {
  const data = answer["POIData"] as { POITransactionID: { TransactionID: string } };
  return data.POITransactionID.TransactionID;
}

function reversalOf(transaction: string, rest: object = {}): object {
  return {
    OriginalPOITransaction: {
      POITransactionID: { TransactionID: transaction, TimeStamp: "2026-01-01T00:00:00Z" },
    },
    ReversalReason: "MerchantCancel",
    ...rest,
  };
}

const paymentWith = (change: (request: Record<string, Body>) => void): object => {
  const request = structuredClone(terminalPayment(5)) as Record<string, Body>;
  change(request);
  return request;
};

const login: TerminalMessage = { category: "Login", request: { DateTime: "2026-01-01T00:00:00Z" } };

describe("terminals", () => {
  let pos: PointOfSale;
  let count = 0;
  beforeAll(async () => {
    pos = await startPointOfSale({
      acquirer: { "latency-ms": 60, "late-ms": 1_000 },
      terminals: { "recover-after-ms": 300, "recover-every-ms": 50, "acquirer-timeout-ms": 400 },
    });
  });
  afterAll(async () => pos.stop());
  beforeEach(async () => {
    await pos.send(login);
  });

  const fresh = (): string => {
    count += 1;
    return `service-${String(count)}`;
  };
  const pay = async (amount: number, { card, serviceId }: { card?: string; serviceId?: string } = {}) =>
    pos.send({
      category: "Payment",
      request: terminalPayment(amount, card),
      ...(serviceId === undefined ? {} : { serviceId }),
    });
  const statusOf = async (serviceId: string, MessageCategory = "Payment"): Promise<Body> =>
    pos.send({
      category: "TransactionStatus",
      request: { MessageReference: { MessageCategory, SaleID: "test", ServiceID: serviceId } },
    });
  /** Asks until it is known; an answer that never comes fails the test by its time-out. */
  const untilKnown = async (serviceId: string, category = "Payment"): Promise<Body> => {
    for (;;) {
      const status = await statusOf(serviceId, category);
      const { ErrorCondition } = status["Response"] as { ErrorCondition?: string };
      if (ErrorCondition !== "InProgress") {
        const repeated = status["RepeatedMessageResponse"] as
          | { RepeatedResponseMessageBody: Body }
          | undefined;
        return (repeated?.RepeatedResponseMessageBody[`${category}Response`] as Body | undefined) ?? status;
      }
      await sleep(20);
    }
  };
  const pending = async (): Promise<boolean> => {
    const found = await pos.sql.query("select from acquirer_operations where state = 'pending'");
    return found.rows.length > 0;
  };
  const untilPending = async (): Promise<void> => {
    while (!(await pending())) await sleep(5);
  };
  const abort = async (ServiceID: string): Promise<Body> => {
    const MessageReference = { MessageCategory: "Payment", SaleID: "test", ServiceID };
    return pos.send({ category: "Abort", request: { AbortReason: "MerchantAbort", MessageReference } });
  };
  /** What was booked under a reference, on the acquirer's account. */
  const booked = async (reference: string): Promise<number[]> => {
    const { rows } = await pos.sql.query<{ cents: number }>(
      `select ledger_entries.amount_cents::integer as cents from ledger_entries
       where ledger_entries.reference = $1::text and ledger_entries.account_id like '%:acquirer'`,
      [reference],
    );
    return rows.map(({ cents }) => cents);
  };

  test("log in, pay, say so again, log out", async () => {
    const serviceId = fresh();
    const paid = await pay(19.99, { serviceId });
    expect(paid).toMatchObject({
      ...success,
      PaymentResult: {
        AmountsResp: { Currency: "EUR", AuthorizedAmount: 19.99 },
        PaymentInstrumentData: { CardData: { PaymentBrand: "Mastercard", MaskedPan: "************4444" } },
      },
    });
    expect(await pay(19.99, { serviceId })).toEqual(paid);
    expect(await booked(transactionOf(paid))).toEqual([1999]);
    expect(await statusOf(serviceId)).toMatchObject({
      ...success,
      MessageReference: { SaleID: "test", ServiceID: serviceId },
      RepeatedMessageResponse: {
        MessageHeader: { MessageCategory: "Payment", MessageType: "Response", ServiceID: serviceId },
        RepeatedResponseMessageBody: { PaymentResponse: paid },
      },
    });
    expect(await pos.send({ category: "Logout" })).toEqual(success);
    expect(await pos.send({ category: "Logout" })).toEqual(success);
    expect(await pay(5)).toMatchObject(failed("LoggedOut"));
    expect(await pos.send({ ...login, saleId: "other" })).toMatchObject(success);
    expect(await pay(5)).toMatchObject(failed("NotAllowed"));
  });

  test("the same message many times at once charges once; another amount under it is refused", async () => {
    const serviceId = fresh();
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, place) => pay(place < 6 ? 12.34 : 56.78, { serviceId })),
    );
    const known = await untilKnown(serviceId);
    expect(known).toMatchObject(success);
    const charged = answers.filter((answer) => (answer["Response"] as Body)["Result"] === "Success");
    expect(charged).toEqual(charged.map(() => known));
    const others = answers.filter((answer) => !charged.includes(answer));
    const conditions = others.map((answer) => (answer["Response"] as Body)["ErrorCondition"]);
    expect(["InProgress", "NotAllowed"]).toEqual(expect.arrayContaining(conditions));
    const { rows } = await pos.sql.query<{ count: number }>(
      "select count(*)::integer as count from terminal_transactions where service_id = $1::text",
      [serviceId],
    );
    expect(rows).toEqual([{ count: 1 }]);
    expect((await booked(transactionOf(known))).length).toBe(1);
    const { AuthorizedAmount } = (known["PaymentResult"] as { AmountsResp: { AuthorizedAmount: number } })
      .AmountsResp;
    expect(await pay(AuthorizedAmount === 12.34 ? 56.78 : 12.34, { serviceId })).toMatchObject(
      failed("NotAllowed"),
    );
    const card = testCards.approved;
    expect(await pay(AuthorizedAmount, { serviceId, card })).toMatchObject(failed("NotAllowed"));
  });

  test.each([
    [testCards.declined, "card_declined"],
    [testCards.insufficientFunds, "insufficient_funds"],
    [testCards.challenge, "3ds_declined"],
  ])("a card that is declined: %s", async (card, code) => {
    const declined = await pay(5, { card });
    expect(declined).toMatchObject({ Response: { ErrorCondition: "Refusal", AdditionalResponse: code } });
    expect(declined).toMatchObject({ PaymentResult: { AmountsResp: { AuthorizedAmount: 0 } } });
  });

  test("an answer that is lost, and one that comes late, are found out", async () => {
    expect(await pay(12.34, { card: testCards.approvedAnswerLost })).toMatchObject(success);
    const serviceId = fresh();
    // The request is held up longer than anybody waits; the inquiry makes sure that it stays without effect.
    expect(await pay(5, { card: testCards.decidedLate, serviceId })).toMatchObject(failed("Aborted"));
    expect(await untilKnown(serviceId)).toMatchObject(failed("Aborted"));
  });

  test("kill -9 between the question and the answer: TransactionStatus tells, and nobody is charged twice", async () => {
    const serviceId = fresh();
    const lost = pay(7.5, { serviceId }).catch(() => undefined);
    await untilPending();
    await sleep(20);
    await pos.terminals.kill();
    expect(await lost).toBe(undefined);
    await pos.restartTerminals();
    const known = await untilKnown(serviceId);
    expect(known).toMatchObject({ PaymentResult: { AmountsResp: { AuthorizedAmount: 7.5 } } });
    expect(await pay(7.5, { serviceId })).toEqual(known);
    expect(await booked(transactionOf(known))).toEqual([750]);
  });

  test("kill -9 before the acquirer heard of it: nothing was charged, and nothing will be", async () => {
    await pos.setFaults("down=1");
    const serviceId = fresh();
    const lost = pay(7.5, { serviceId }).catch(() => undefined);
    await untilPending();
    await pos.terminals.kill();
    await lost;
    await pos.setFaults("");
    await pos.restartTerminals();
    expect(await untilKnown(serviceId)).toMatchObject(failed("Aborted"));
  });

  test("while the acquirer is down nothing is known, and nothing can be aborted; then recovery settles it", async () => {
    await pos.setFaults("down=1");
    const serviceId = fresh();
    expect(await pay(7.5, { serviceId })).toMatchObject(failed("InProgress"));
    expect(await pay(7.5, { serviceId })).toMatchObject(failed("InProgress"));
    const request = { AbortReason: "MerchantAbort", MessageReference: { ServiceID: serviceId } };
    expect(await pos.send({ category: "Abort", request })).toMatchObject({ EventToNotify: "Reject" });
    await pos.setFaults("");
    expect(await untilKnown(serviceId)).toMatchObject(failed("Aborted"));
  });

  test("Abort ends a payment that the acquirer has not decided, and no other", async () => {
    const serviceId = fresh();
    const paying = pay(8, { serviceId, card: testCards.decidedLate });
    await untilPending();
    expect(await abort(serviceId)).toMatchObject({ EventToNotify: "Abort" });
    expect(await paying).toMatchObject(failed("Aborted"));
    expect(await abort(serviceId)).toMatchObject({ EventToNotify: "Abort" });
    expect(await pay(8, { serviceId, card: testCards.decidedLate })).toMatchObject(failed("Aborted"));
    const done = fresh();
    const paid = await pay(8, { serviceId: done });
    expect(await abort(done)).toMatchObject({ EventToNotify: "Completed" });
    expect(await pay(8, { serviceId: done })).toEqual(paid);
    expect(await abort("never")).toMatchObject({ EventToNotify: "Reject" });
  });

  test("Reversal gives a whole payment back, once", async () => {
    const paid = await pay(31.5);
    const original = transactionOf(paid);
    const reverse = async (serviceId: string, rest: object = {}): Promise<Body> =>
      pos.send({ category: "Reversal", request: reversalOf(original, rest), serviceId });
    const [first, ...rest] = [fresh(), fresh(), fresh()];
    expect(await reverse(first ?? "", { ReversedAmount: 31.49 })).toMatchObject(failed("NotAllowed"));
    const answers = await Promise.all(
      [first, first, ...rest].map(async (serviceId) => reverse(serviceId ?? "")),
    );
    const given = answers.filter((answer) => (answer["Response"] as Body)["Result"] === "Success");
    expect(given).toHaveLength(1);
    expect(given[0]).toMatchObject({
      ReversedAmount: 31.5,
      OriginalPOITransaction: { POITransactionID: { TransactionID: original } },
    });
    expect(await booked(transactionOf(given[0] ?? {}))).toEqual([-3150]);
    expect(await reverse(fresh(), { ReversedAmount: 31.5 })).toMatchObject(failed("NotAllowed"));
    const unknown = reversalOf("trm_none");
    expect(await pos.send({ category: "Reversal", request: unknown })).toMatchObject(failed("NotFound"));
  });

  test("a reversal that is declined leaves the payment as it was", async () => {
    const serviceId = fresh();
    const paid = await pay(31.5, { serviceId, card: testCards.refundDeclined });
    const request = reversalOf(transactionOf(paid));
    for (let tries = 0; tries < 2; tries++) {
      expect(await pos.send({ category: "Reversal", request })).toMatchObject({
        ...failed("Refusal"),
        ReversedAmount: 0,
      });
    }
    expect(await pay(31.5, { serviceId, card: testCards.refundDeclined })).toEqual(paid);
    const used = { category: "Reversal", request, serviceId };
    expect(await pos.send(used)).toMatchObject(failed("NotAllowed"));
  });

  test("a reversal that never reached the acquirer can be asked for again, under another identifier", async () => {
    const request = reversalOf(transactionOf(await pay(6)));
    const serviceId = fresh();
    await pos.setFaults("down=1");
    const reversing: TerminalMessage = { category: "Reversal", request, serviceId };
    expect(await pos.send(reversing)).toMatchObject(failed("InProgress"));
    expect(await pos.send({ ...reversing, serviceId: fresh() })).toMatchObject(failed("InProgress"));
    await pos.setFaults("");
    expect(await untilKnown(serviceId, "Reversal")).toMatchObject(failed("Aborted"));
    const again = await pos.send({ ...reversing, serviceId: fresh() });
    expect(again).toMatchObject({ ...success, ReversedAmount: 6 });
    expect(await booked(transactionOf(again))).toEqual([-600]);
  });

  test("kill -9 in the middle of a reversal: recovery books it, once", async () => {
    const paid = await pay(4.2);
    const serviceId = fresh();
    const request = reversalOf(transactionOf(paid));
    const lost = pos.send({ category: "Reversal", request, serviceId }).catch(() => undefined);
    await untilPending();
    await sleep(20);
    await pos.terminals.kill();
    await lost;
    await pos.restartTerminals();
    const known = await untilKnown(serviceId, "Reversal");
    expect(known).toMatchObject({ ...success, ReversedAmount: 4.2 });
    expect(await pos.send({ category: "Reversal", request, serviceId })).toEqual(known);
    expect(await booked(transactionOf(known))).toEqual([-420]);
  });

  test("a reversal that the merchant's balance does not allow is refused, and asks nobody", async () => {
    const paid = await pay(9);
    const request = reversalOf(transactionOf(paid));
    // As if the merchant had given back more than it took.
    await addAllCredits(pos.sql);
    const move = "update merchant_balances set payable_cents = payable_cents + $1::bigint where not is_live";
    const { rows: balances } = await pos.sql.query<{ room: number }>(
      `select max(payable_cents - lowest_cents)::integer as room from merchant_balances
       join terminal_transactions on terminal_transactions.merchant_id = merchant_balances.merchant_id
       where not merchant_balances.is_live`,
    );
    const taken = (balances[0]?.room ?? 0) - 100;
    await pos.sql.query(`${move} and merchant_id in (select merchant_id from terminal_transactions)`, [
      -taken,
    ]);
    expect(await pos.send({ category: "Reversal", request })).toMatchObject(failed("NotAllowed"));
    await pos.sql.query(`${move} and merchant_id in (select merchant_id from terminal_transactions)`, [
      taken,
    ]);
    const { rows } = await pos.sql.query<{ state: string; reversal_id: string | null }>(
      "select state, reversal_id from terminal_transactions where id = $1::text",
      [transactionOf(paid)],
    );
    expect(rows).toEqual([{ state: "approved", reversal_id: null }]);
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
    const body = JSON.stringify({
      SaleToPOIRequest: {
        MessageHeader: {
          ProtocolVersion: "3.0",
          MessageClass: "Service",
          MessageCategory: "Login",
          MessageType: "Request",
          ServiceID: "1",
          SaleID: "test",
          POIID: pos.tokens[1]?.poiId,
        },
        LoginRequest: { DateTime: "" },
      },
    });
    for (const token of [pos.tokens[0]?.token, "none", undefined]) {
      const headers = {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      expect((await fetch(`${pos.terminals.url}/nexo`, { method: "POST", headers, body })).status).toBe(401);
    }
  });

  test("what was held, booked and given back adds up, and no card number was kept", async () => {
    const { rows } = await pos.sql.query<{ difference: number }>(
      `select (payable_cents + (select coalesce(sum(amount_cents), 0) from ledger_entries
         where account_id = 'test:merchant:' || merchant_id))::integer as difference
       from merchant_payables where not is_live and payable_cents <> 0`,
    );
    expect(new Set(rows.map(({ difference }) => difference))).toEqual(new Set([0]));
    const { rows: kept } = await pos.sql.query<{ text: string }>(
      "select terminal_transactions::text as text from terminal_transactions",
    );
    expect(kept.filter(({ text }) => /\d{12,}/.test(text.replaceAll(/trm_\w+|service-\d+/g, "")))).toEqual(
      [],
    );
  });
});
