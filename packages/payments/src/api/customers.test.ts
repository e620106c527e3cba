import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvedCard, startPlatform, type Platform } from "../testing/platform.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.2.0", migrated: false });
});
afterAll(async () => {
  await platform.stop();
});

const ada = {
  first_name: "Ada",
  last_name: "Lovelace",
  email: "ada@example.net",
  address1: "12 rue du Port",
  city: "Nantes",
  country: "FR",
  metadata: { club: 7 },
};

async function create(body: object, headers = {}): Promise<Record<string, unknown>> {
  const answer = await platform.call({ method: "POST", path: "/v1/customers", body, headers });
  expect(answer.status).toBe(201);
  return answer.json;
}

/** A payment with a card that is saved for the customer; returns the card's id. */
async function saveCard(customer: string, cardNumber = approvedCard.card_number): Promise<string> {
  const created = await platform.call({
    method: "POST",
    path: "/v1/payments",
    body: { amount: 500, currency: "EUR", save_card: true, customer },
  });
  const id = String(created.json["id"]);
  const card = {
    ...approvedCard,
    card_number: cardNumber,
    cvv: cardNumber.startsWith("37") ? "1234" : "123",
  };
  await platform.call({ method: "POST", path: `/pay/${id}`, body: card, key: null });
  const paid = await platform.call({ path: `/v1/payments/${id}` });
  return String((paid.json["card"] as Record<string, unknown>)["id"]);
}

async function charge(card: string): Promise<number> {
  const body = { amount: 300, currency: "EUR", payment_method: card, initiator: "MERCHANT" };
  return (await platform.call({ method: "POST", path: "/v1/payments", body })).status;
}

describe("customers", () => {
  test("are created with what is known, and a language of their own or French", async () => {
    const customer = await create(ada);
    expect(customer).toMatchObject({
      ...ada,
      object: "customer",
      is_live: false,
      language: "fr",
      title: null,
    });
    expect(await create({ email: "bob@example.net", language: "it" })).toMatchObject({ language: "it" });
    const shown = await platform.call({ path: `/v1/customers/${String(customer["id"])}` });
    expect(shown.json).toEqual(customer);
  });

  test("change where something is said, and nowhere else", async () => {
    const { id, ...before } = await create(ada);
    const path = `/v1/customers/${String(id)}`;
    const change = { email: null, city: "Rennes", address2: "2nd floor", metadata: null };
    const changed = await platform.call({ method: "PATCH", path, body: change });
    expect(changed.status).toBe(200);
    expect(changed.json).toEqual({ id, ...before, ...change });
    expect((await platform.call({ path })).json).toEqual(changed.json);
    const refused = [{}, { name: "x" }, { language: null }, { metadata: "x" }, { country: "France" }];
    for (const body of refused) {
      const answer = await platform.call({ method: "PATCH", path, body });
      expect([body, answer.status, answer.json["object"]]).toEqual([body, 400, "error"]);
    }
  });

  test("an address can be given later", async () => {
    const { id } = await create({ email: "late@example.net" });
    const body = { postcode: "44000" };
    const changed = await platform.call({ method: "PATCH", path: `/v1/customers/${String(id)}`, body });
    expect(changed.json).toMatchObject({ postcode: "44000", city: null, email: "late@example.net" });
  });

  test("are listed page by page, latest first, for their merchant and mode only", async () => {
    const key = platform.access.keys[2] ?? "";
    const made: unknown[] = [];
    for (const email of ["a@example.net", "b@example.net", "c@example.net"]) {
      const answer = await platform.call({ method: "POST", path: "/v1/customers", body: { email }, key });
      made.unshift(answer.json["id"]);
    }
    const ids: unknown[] = [];
    for (const page of [0, 1]) {
      const { json } = await platform.call({ path: `/v1/customers?per_page=2&page=${String(page)}`, key });
      expect(json).toMatchObject({ type: "list", page, per_page: 2, count: page === 0 ? 2 : 1 });
      ids.push(...(json["data"] as { id: string }[]).map(({ id }) => id));
    }
    // Those of one second come in no particular order.
    expect(ids.toSorted()).toEqual(made.toSorted());
    for (const other of [platform.access.keys[3], platform.access.liveKeys[2]]) {
      const path = `/v1/customers/${String(made[0])}`;
      expect((await platform.call({ path, key: other ?? "" })).status).toBe(404);
      expect((await platform.call({ method: "DELETE", path, key: other ?? "" })).status).toBe(404);
      expect((await platform.call({ method: "PATCH", path, body: ada, key: other ?? "" })).status).toBe(404);
    }
  });

  test("the same key makes one customer, whatever comes at once; another body is refused", async () => {
    const headers = { "idempotency-key": "customer-1" };
    const call = { method: "POST", path: "/v1/customers", body: { email: "once@example.net" }, headers };
    const answers = await Promise.all(Array.from({ length: 8 }, async () => platform.call(call)));
    expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    const { rows } = await platform.sql.query("select id from customers where email = 'once@example.net'");
    expect(rows).toHaveLength(1);
    const other = await platform.call({ ...call, body: { email: "other@example.net" } });
    expect(other.status).toBe(422);
  });
});

describe("cards", () => {
  test("saved with a payment are the customer's, without what they can be charged by", async () => {
    const customer = String((await create(ada))["id"]);
    const card = await saveCard(customer, "5555555555554444");
    const list = await platform.call({ path: `/v1/customers/${customer}/cards` });
    expect(list.json).toMatchObject({ type: "list", count: 1 });
    const shown = await platform.call({ path: `/v1/cards/${card}` });
    expect(shown.json).toMatchObject({
      object: "card",
      customer_id: customer,
      last4: "4444",
      exp_month: 12,
      exp_year: 2040,
    });
    expect((list.json["data"] as unknown[])[0]).toEqual(shown.json);
    expect((await platform.call({ path: `/v1/customers/${customer}/cards/${card}` })).json).toEqual(
      shown.json,
    );
    expect(shown.text).not.toMatch(/token|fingerprint/);
    const other = String((await create({ email: "x@example.net" }))["id"]);
    expect((await platform.call({ path: `/v1/customers/${other}/cards/${card}` })).status).toBe(404);
    expect((await platform.call({ path: "/v1/customers/cus_nobody/cards" })).status).toBe(404);
  });

  test("once deleted they can't be charged, and their token is gone", async () => {
    const customer = String((await create(ada))["id"]);
    const card = await saveCard(customer);
    expect(await charge(card)).toBe(201);
    const path = `/v1/customers/${customer}/cards/${card}`;
    const deleted = await platform.call({ method: "DELETE", path });
    expect(deleted.json).toEqual({ id: card, object: "card", deleted: true });
    expect(await charge(card)).toBe(400);
    expect((await platform.call({ method: "DELETE", path })).status).toBe(404);
    const { rows } = await platform.sql.query("select token from cards where id = $1", [card]);
    expect(rows).toEqual([{ token: "" }]);
  });

  test("go with their customer, and so does all that says who that was", async () => {
    const customer = String((await create(ada))["id"]);
    const card = await saveCard(customer, "378282246310005");
    const path = `/v1/customers/${customer}`;
    const deleted = await platform.call({
      method: "DELETE",
      path,
      headers: { "content-type": "application/json" },
    });
    expect(deleted.json).toEqual({ id: customer, object: "customer", deleted: true });
    expect((await platform.call({ path })).status).toBe(404);
    expect((await platform.call({ path: `/v1/cards/${card}` })).status).toBe(404);
    expect(await charge(card)).toBe(400);
    const { rows } = await platform.sql.query<{ text: string }>(
      `select customers::text as text from customers where id = $1
       union all select customer_addresses::text from customer_addresses where customer_id = $1`,
      [customer],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.text).not.toMatch(/Ada|Lovelace|Nantes|club/);
  });

  test("are not left by a customer who is deleted while they are being saved", async () => {
    for (let round = 0; round < 10; round++) {
      const customer = String((await create(ada))["id"]);
      const body = { amount: 500, currency: "EUR", save_card: true, customer };
      const created = await platform.call({ method: "POST", path: "/v1/payments", body });
      const id = String(created.json["id"]);
      const [paid, deleted] = await Promise.all([
        platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null }),
        platform.call({ method: "DELETE", path: `/v1/customers/${customer}` }),
      ]);
      expect([paid.status, deleted.status]).toEqual([200, 200]);
      const { rows } = await platform.sql.query(
        "select from cards where customer_id = $1 and deleted_at is null",
        [customer],
      );
      expect(rows).toEqual([]);
    }
  });

  test("are not created without a payment, and the answer says how instead", async () => {
    const answer = await platform.call({ method: "POST", path: "/v1/customers/cus_x/cards", body: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET");
    expect(answer.json["details"]).toHaveProperty("save_card");
  });
});
