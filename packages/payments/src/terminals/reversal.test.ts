import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { addAllCredits } from "../testing/add-credits.ts";
import { startPointOfSale, type PointOfSale, type TerminalMessage } from "../testing/point-of-sale.ts";
import {
  failed,
  login,
  reversalOf,
  success,
  Terminal,
  transactionOf,
  unhurried,
} from "../testing/terminal.ts";

type Body = Record<string, unknown>;

describe("reversals at terminals", () => {
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

  test("Reversal gives a whole payment back, once", async () => {
    const paid = await terminal.pay(31.5);
    const original = transactionOf(paid);
    const reverse = async (serviceId: string, rest: object = {}): Promise<Body> =>
      pos.send({ category: "Reversal", request: reversalOf(original, rest), serviceId });
    const [first, ...rest] = [terminal.fresh(), terminal.fresh(), terminal.fresh()];
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
    expect(await terminal.booked(transactionOf(given[0] ?? {}))).toEqual([-3150]);
    expect(await reverse(terminal.fresh(), { ReversedAmount: 31.5 })).toMatchObject(failed("NotAllowed"));
    const unknown = reversalOf("trm_none");
    expect(await pos.send({ category: "Reversal", request: unknown })).toMatchObject(failed("NotFound"));
  });

  test("a reversal that is declined leaves the payment as it was", async () => {
    const serviceId = terminal.fresh();
    const paid = await terminal.pay(31.5, { serviceId, card: testCards.refundDeclined });
    const request = reversalOf(transactionOf(paid));
    for (let tries = 0; tries < 2; tries++) {
      expect(await pos.send({ category: "Reversal", request })).toMatchObject({
        ...failed("Refusal"),
        ReversedAmount: 0,
      });
    }
    expect(await terminal.pay(31.5, { serviceId, card: testCards.refundDeclined })).toEqual(paid);
    const used = { category: "Reversal", request, serviceId };
    expect(await pos.send(used)).toMatchObject(failed("NotAllowed"));
  });

  test("a reversal that never reached the acquirer can be asked for again, under another identifier", async () => {
    const request = reversalOf(transactionOf(await terminal.pay(6)));
    const serviceId = terminal.fresh();
    await pos.setFaults("down=1");
    const reversing: TerminalMessage = { category: "Reversal", request, serviceId };
    expect(await pos.send(reversing)).toMatchObject(failed("InProgress"));
    expect(await pos.send({ ...reversing, serviceId: terminal.fresh() })).toMatchObject(failed("InProgress"));
    await pos.setFaults("");
    expect(await terminal.untilKnown(serviceId, "Reversal")).toMatchObject(failed("Aborted"));
    const again = await pos.send({ ...reversing, serviceId: terminal.fresh() });
    expect(again).toMatchObject({ ...success, ReversedAmount: 6 });
    expect(await terminal.booked(transactionOf(again))).toEqual([-600]);
  });

  test("kill -9 in the middle of a reversal: recovery books it, once", async () => {
    const paid = await terminal.pay(4.2);
    const serviceId = terminal.fresh();
    const request = reversalOf(transactionOf(paid));
    const lost = pos.send({ category: "Reversal", request, serviceId }).catch(() => undefined);
    await terminal.untilPending();
    await sleep(20);
    await pos.terminals.kill();
    await lost;
    await pos.restartTerminals();
    const known = await terminal.untilKnown(serviceId, "Reversal");
    expect(known).toMatchObject({ ...success, ReversedAmount: 4.2 });
    expect(await pos.send({ category: "Reversal", request, serviceId })).toEqual(known);
    expect(await terminal.booked(transactionOf(known))).toEqual([-420]);
  });

  test("a reversal that the merchant's balance does not allow is refused, and asks nobody", async () => {
    const paid = await terminal.pay(9);
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

  test("what was held, booked and given back adds up, and no card number was kept", async () => {
    expect(await terminal.balanceDifferences()).toEqual([0]);
    expect(await terminal.keptCardNumbers()).toEqual([]);
  });
});
