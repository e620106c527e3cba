import type { Stage } from "../stage.ts";

/** Customers of a merchant, the cards that they save, and what is charged to those. */
export async function saveCard({ call, create, pay }: Stage): Promise<void> {
  const path = "/v1/customers";
  const body = {
    first_name: "Ada",
    last_name: "L.",
    email: "ada@example.net",
    company_name: "Analytical Engines ".repeat(8),
    address1: "1 rue de la Paix",
    postcode: "75002",
    city: "Paris",
    country: "FR",
    metadata: { segment: "b2b" },
  };
  const customer = String((await call({ method: "POST", path, body, expect: 201 }))["id"]);
  const italian = { method: "POST", path, body: { ...body, language: "it" }, expect: 201 } as const;
  await call({ ...italian, idempotencyKey: "italian" });
  await call({ path: `${path}/${customer}` });
  await call({ path });
  const moved = { language: "en", address1: "2 rue de la Paix", company_name: "Difference Engines" };
  await call({ method: "PATCH", path: `${path}/${customer}`, body: moved });

  await pay(await create({ save_card: true, customer }), "approved");
  await pay(await create({ allow_save_card: true, customer }), "approvedMastercard", { saveCard: true });
  const { data } = await call({ path: `${path}/${customer}/cards` });
  const [card, other] = (data as { id: string }[]).map(({ id }) => id);
  await call({ path: `/v1/cards/${String(card)}` });
  const charge = {
    method: "POST",
    path: "/v1/payments",
    body: { amount: 900, currency: "EUR", payment_method: card, initiator: "MERCHANT" },
    expect: 201,
  } as const;
  await call(charge);
  await call({ ...charge, idempotencyKey: "charge" });
  await call({ method: "DELETE", path: `/v1/cards/${String(other)}` });
  await call({ method: "DELETE", path: `${path}/${customer}` });
}
