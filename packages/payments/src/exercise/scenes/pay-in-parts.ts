import type { Stage } from "../stage.ts";

const dayMs = 86_400_000;

/** Installment plans: one whose first part is paid, one that is given up before, two that go on without a card. */
export async function payInParts({ call, pay, until, receiver }: Stage): Promise<void> {
  const path = "/v1/installment_plans";
  const later = new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10);
  const body = {
    currency: "EUR",
    schedule: [
      { date: "TODAY", amount: 1_000 },
      { date: later, amount: 2_000 },
    ],
    billing: { first_name: "Ada", last_name: "L.", country: "FR" },
    notification_url: receiver(204),
  };
  for (const paid of [true, false]) {
    const plan = await call({ method: "POST", path, body, expect: 201 });
    const one = `${path}/${String(plan["id"])}`;
    const first = (await call({ path: one }))["schedule"] as { payment_ids: string[] }[];
    if (paid) {
      await pay(String(first[0]?.payment_ids[0]), "approved");
      await until({ path: one }, ({ schedule }) => JSON.stringify(schedule).includes("pay_"));
    }
    await call({ method: "PATCH", path: one, body: { aborted: true } });
  }
  await call({ path });
  // A part of each is due: the acquirer has forgotten the card of the first, and we have deleted the other's.
  for (const plan of ["inst_kept", "inst_deleted"])
    await until({ path: `${path}/${plan}` }, ({ failure }) => failure !== null);
}
