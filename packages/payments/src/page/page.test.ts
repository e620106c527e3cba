import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { approvedCard, startPlatform, type Platform } from "../testing/platform.ts";

const browser = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };

describe.each([
  { version: "2.2.0", migrated: false },
  { version: "2.3.0", migrated: true },
])("the hosted page in $version, over HTTP", (release) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform(release);
  });
  afterAll(async () => platform.stop());

  const create = async (body: object = {}): Promise<string> => {
    const wanted = { amount: 1_999, currency: "EUR", ...body };
    const made = await platform.call({ method: "POST", path: "/v1/payments", body: wanted });
    expect(made.status).toBe(201);
    return String(made.json["id"]);
  };
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${platform.api.url}${path}`, { headers: { ...browser, ...headers }, redirect: "manual" });
  const submit = async (id: string, fields: Record<string, string>): Promise<Response> =>
    fetch(`${platform.api.url}/pay/${id}?lang=en`, {
      method: "POST",
      headers: browser,
      body: new URLSearchParams(fields),
      redirect: "manual",
    });

  test("is kept by nobody, framed by nobody, and brings nothing from elsewhere", async () => {
    const answer = await get(
      `/pay/${await create({ hosted_payment: { return_url: "https://shop.example.net/a" } })}`,
    );
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^style-src 'sha256-[^' ]+'$/),
      expect.stringMatching(/^script-src 'sha256-[^' ]+'$/),
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(await answer.text()).not.toMatch(/(?:src|href|action|url\()\s*=?\s*["'(]?(?:https?:)?\/\//);
  });

  test("a browser's form leads to the merchant, and sent again to how the payment stands", async () => {
    const id = await create({ hosted_payment: { return_url: "https://shop.example.net/back?order=7" } });
    const paid = await submit(id, approvedCard);
    expect([paid.status, paid.headers.get("location")]).toEqual([303, `/pay/${id}?lang=en&onward=yes`]);
    const onward = await (await get(`/pay/${id}?lang=en&onward=yes`)).text();
    expect(onward).toContain('http-equiv="refresh" content="0;url=https://shop.example.net/back?order=7"');
    const again = await submit(id, approvedCard);
    expect([again.status, again.headers.get("location")]).toEqual([303, `/pay/${id}?lang=en`]);
    const page = await (await get(`/pay/${id}?lang=en`)).text();
    expect(page).toContain("Payment successful");
    expect(page).not.toContain("http-equiv");
  });

  test("a form sent many times at once charges once", async () => {
    const id = await create();
    const answers = await Promise.all(Array.from({ length: 6 }, async () => submit(id, approvedCard)));
    const places = answers.map(({ status, headers }) => `${String(status)} ${headers.get("location") ?? ""}`);
    // One of them is sent onward; the others see how it stands.
    const page = `303 /pay/${id}?lang=en`;
    expect(places.toSorted()).toEqual([...Array.from({ length: 5 }, () => page), `${page}&onward=yes`]);
    const { rows } = await platform.sql.query("select state from acquirer_operations where subject_id = $1", [
      id,
    ]);
    expect(rows).toEqual([{ state: "approved" }]);
  });

  test("what is wrong is said in the form again, and the card number is never sent back", async () => {
    const id = await create();
    const answer = await submit(id, {
      card_number: "4242424242424241",
      expiry: "4242424242424241",
      cvv: "987",
    });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain("This card number is not right.");
    expect(page).toContain("Enter the expiry date as month and year");
    expect(page).not.toMatch(/42424242|987/);
    expect((await submit(id, approvedCard)).status).toBe(303);
  });

  test("answers JSON with JSON: paid, wrong, taken, challenged", async () => {
    const id = await create();
    const post = async (body: object, to = id) =>
      platform.call({ method: "POST", path: `/pay/${to}`, body, key: null, headers: browser });
    expect(await post({ ...approvedCard, expiry: "01/20" })).toMatchObject({
      status: 400,
      json: { object: "error", details: { expiry: expect.any(String) as string } },
    });
    expect(await post(approvedCard)).toMatchObject({ status: 200, json: { id, is_paid: true } });
    expect(await post(approvedCard)).toMatchObject({ status: 409, json: { object: "error" } });
    const asked = await post({ ...approvedCard, card_number: testCards.challenge }, await create());
    expect(asked).toMatchObject({ status: 202, json: { is_paid: false, failure: null } });
    expect(asked.json["challenge_url"]).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  test("an address without a payment is 404: a page for browsers, JSON for others", async () => {
    for (const path of ["/pay/pay_none", "/pay/pay_none/return", "/pay/x/y", "/pay/%00"]) {
      const page = await get(path, { "accept-language": "it" });
      expect([page.status, page.headers.get("content-language")]).toEqual([404, "it"]);
      expect(await page.text()).toContain("Non troviamo questo pagamento");
      const other = await platform.call({ path, key: null });
      expect(other).toMatchObject({ status: 404, json: { object: "error" } });
    }
    expect((await submit("pay_none", approvedCard)).status).toBe(404);
  });

  test("comes back from a bank that was never visited to the page, and changes nothing", async () => {
    const id = await create();
    const answer = await get(`/pay/${id}/return`);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/pay/${id}`]);
    expect((await submit(id, approvedCard)).status).toBe(303);
  });

  test("remembers a chosen language, for this payment only", async () => {
    const id = await create({ billing: { language: "fr" } });
    expect((await get(`/pay/${id}`)).headers.get("set-cookie")).toBeNull();
    const chosen = await get(`/pay/${id}?lang=it`);
    const cookie = chosen.headers.get("set-cookie") ?? "";
    expect(cookie).toBe(`lang=it; Path=/pay/${id}; Max-Age=3600; HttpOnly; SameSite=Lax`);
    const after = await get(`/pay/${id}`, { cookie: cookie.split(";")[0] ?? "" });
    expect(after.headers.get("content-language")).toBe("it");
  });

  test("too big a form is refused as a page", async () => {
    const answer = await submit(await create(), { ...approvedCard, cvv: "1".repeat(100_000) });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([413, "text/html; charset=utf-8"]);
  });
});
