import type { Stage } from "../stage.ts";

/** Receivers of notifications that fail for now, and for good. */
export async function notify({ create, pay, until, receiver }: Stage): Promise<void> {
  for (const status of [500, 410]) {
    const id = await create({ notification_url: receiver(status) });
    await pay(id, "approved");
    const told = (answer: Record<string, unknown>): boolean =>
      (answer["notification"] as { response_code: number | null }).response_code === status;
    await until({ path: `/v1/payments/${id}` }, told);
  }
}
