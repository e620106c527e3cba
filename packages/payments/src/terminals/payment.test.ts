import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { startPointOfSale, type PointOfSale } from "../testing/point-of-sale.ts";
import { failed, login, success, Terminal, transactionOf, unhurried } from "../testing/terminal.ts";

type Body = Record<string, unknown>;

describe("payments at terminals", () => {
  let pos: PointOfSale;
  let terminal: Terminal;
  beforeAll(async () => {
    pos = await startPointOfSale(unhurried);
    terminal = new Terminal(pos);
  });
  afterAll(async () => pos.stop());
  beforeEach(async () => {
    await pos.send(login);
  });

  test("log in, pay, say so again, log out", async () => {
    const serviceId = terminal.fresh();
    const paid = await terminal.pay(19.99, { serviceId });
    expect(paid).toMatchObject({
      ...success,
      PaymentResult: {
        AmountsResp: { Currency: "EUR", AuthorizedAmount: 19.99 },
        PaymentInstrumentData: { CardData: { PaymentBrand: "Mastercard", MaskedPan: "************4444" } },
      },
    });
    expect(await terminal.pay(19.99, { serviceId })).toEqual(paid);
    expect(await terminal.booked(transactionOf(paid))).toEqual([1999]);
    expect(await terminal.statusOf(serviceId)).toMatchObject({
      ...success,
      MessageReference: { SaleID: "test", ServiceID: serviceId },
      RepeatedMessageResponse: {
        MessageHeader: { MessageCategory: "Payment", MessageType: "Response", ServiceID: serviceId },
        RepeatedResponseMessageBody: { PaymentResponse: paid },
      },
    });
    expect(await pos.send({ category: "Logout" })).toEqual(success);
    expect(await pos.send({ category: "Logout" })).toEqual(success);
    expect(await terminal.pay(5)).toMatchObject(failed("LoggedOut"));
    expect(await pos.send({ ...login, saleId: "other" })).toMatchObject(success);
    expect(await terminal.pay(5)).toMatchObject(failed("NotAllowed"));
  });

  test("the same message many times at once charges once; another amount under it is refused", async () => {
    const serviceId = terminal.fresh();
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, place) => terminal.pay(place < 6 ? 12.34 : 56.78, { serviceId })),
    );
    const known = await terminal.untilKnown(serviceId);
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
    expect((await terminal.booked(transactionOf(known))).length).toBe(1);
    const { AuthorizedAmount } = (known["PaymentResult"] as { AmountsResp: { AuthorizedAmount: number } })
      .AmountsResp;
    expect(await terminal.pay(AuthorizedAmount === 12.34 ? 56.78 : 12.34, { serviceId })).toMatchObject(
      failed("NotAllowed"),
    );
    const card = testCards.approved;
    expect(await terminal.pay(AuthorizedAmount, { serviceId, card })).toMatchObject(failed("NotAllowed"));
  });

  test.each([
    [testCards.declined, "card_declined"],
    [testCards.insufficientFunds, "insufficient_funds"],
    [testCards.challenge, "3ds_declined"],
  ])("a card that is declined: %s", async (card, code) => {
    const declined = await terminal.pay(5, { card });
    expect(declined).toMatchObject({ Response: { ErrorCondition: "Refusal", AdditionalResponse: code } });
    expect(declined).toMatchObject({ PaymentResult: { AmountsResp: { AuthorizedAmount: 0 } } });
  });

  test("an answer that is lost, and one that comes late, are found out", async () => {
    expect(await terminal.pay(12.34, { card: testCards.approvedAnswerLost })).toMatchObject(success);
    const serviceId = terminal.fresh();
    // The request is held up longer than anybody waits; the inquiry makes sure that it stays without effect.
    expect(await terminal.pay(5, { card: testCards.decidedLate, serviceId })).toMatchObject(
      failed("Aborted"),
    );
    expect(await terminal.untilKnown(serviceId)).toMatchObject(failed("Aborted"));
  });

  test("kill -9 between the question and the answer: TransactionStatus tells, and nobody is charged twice", async () => {
    const serviceId = terminal.fresh();
    const lost = terminal.pay(7.5, { serviceId }).catch(() => undefined);
    await terminal.untilPending();
    await sleep(20);
    await pos.terminals.kill();
    expect(await lost).toBe(undefined);
    await pos.restartTerminals();
    const known = await terminal.untilKnown(serviceId);
    expect(known).toMatchObject({ PaymentResult: { AmountsResp: { AuthorizedAmount: 7.5 } } });
    expect(await terminal.pay(7.5, { serviceId })).toEqual(known);
    expect(await terminal.booked(transactionOf(known))).toEqual([750]);
  });

  test("kill -9 before the acquirer heard of it: nothing was charged, and nothing will be", async () => {
    await pos.setFaults("down=1");
    const serviceId = terminal.fresh();
    const lost = terminal.pay(7.5, { serviceId }).catch(() => undefined);
    await terminal.untilPending();
    await pos.terminals.kill();
    await lost;
    await pos.setFaults("");
    await pos.restartTerminals();
    expect(await terminal.untilKnown(serviceId)).toMatchObject(failed("Aborted"));
  });

  test("while the acquirer is down nothing is known, and nothing can be aborted; then recovery settles it", async () => {
    await pos.setFaults("down=1");
    const serviceId = terminal.fresh();
    expect(await terminal.pay(7.5, { serviceId })).toMatchObject(failed("InProgress"));
    expect(await terminal.pay(7.5, { serviceId })).toMatchObject(failed("InProgress"));
    const request = { AbortReason: "MerchantAbort", MessageReference: { ServiceID: serviceId } };
    expect(await pos.send({ category: "Abort", request })).toMatchObject({ EventToNotify: "Reject" });
    await pos.setFaults("");
    expect(await terminal.untilKnown(serviceId)).toMatchObject(failed("Aborted"));
  });

  test("Abort ends a payment that the acquirer has not decided, and no other", async () => {
    const serviceId = terminal.fresh();
    const paying = terminal.pay(8, { serviceId, card: testCards.decidedLate });
    await terminal.untilPending();
    expect(await terminal.abort(serviceId)).toMatchObject({ EventToNotify: "Abort" });
    expect(await paying).toMatchObject(failed("Aborted"));
    expect(await terminal.abort(serviceId)).toMatchObject({ EventToNotify: "Abort" });
    expect(await terminal.pay(8, { serviceId, card: testCards.decidedLate })).toMatchObject(
      failed("Aborted"),
    );
    const done = terminal.fresh();
    const paid = await terminal.pay(8, { serviceId: done });
    expect(await terminal.abort(done)).toMatchObject({ EventToNotify: "Completed" });
    expect(await terminal.pay(8, { serviceId: done })).toEqual(paid);
    expect(await terminal.abort("never")).toMatchObject({ EventToNotify: "Reject" });
  });

  test("what was held, booked and given back adds up, and no card number was kept", async () => {
    expect(await terminal.balanceDifferences()).toEqual([0]);
    expect(await terminal.keptCardNumbers()).toEqual([]);
  });
});
