import type { Stage } from "../stage.ts";

/** What a merchant does beside selling: new keys, the account, and a report of what was booked. */
export async function keepBooks({ call, until, visit, login, receiver }: Stage): Promise<void> {
  await call({ method: "POST", path: "/v1/keys", body: login, expect: 201 });
  await call({ path: "/v1/account" });
  const path = "/v1/accounting_reports";
  const today = new Date().toISOString().slice(0, 10);
  const body = { start_date: today, end_date: today, notification_url: receiver(204) };
  const { id } = await call({ method: "POST", path, body, expect: 201 });
  const ready = await until({ path: `${path}/${String(id)}` }, ({ temporary_url: url }) => url !== null);
  await visit(String(ready["temporary_url"]));
  await call({ path });
}
