import { FailedPayment } from "../failed-payment.ts";
import type { Store } from "../merchant.ts";

type Json = Record<string, unknown>;

/** Calls the Payment API as the merchant. */
export async function call(
  { api, merchant }: Store,
  request: { method?: "GET" | "POST" | "PATCH" | "DELETE"; path: string; body?: object; expect?: number },
): Promise<Json> {
  const { method = "GET", path, body, expect = 200 } = request;
  return api.call({
    // Without what is different each time: reasons are counted.
    step: `${method} ${path.replaceAll(/(?:pay|re|cus|card|inst)_\w+/g, "…")}`,
    method,
    path,
    headers: merchant.headers,
    ...(body === undefined ? {} : { body }),
    expect,
  });
}

/** Reads an object and keeps what it is said to be. Throws `FailedPayment` where a member is not as wanted. */
export async function read(store: Store, path: string, wanted: Json = {}): Promise<Json> {
  const answer = await call(store, { path });
  for (const [name, value] of Object.entries(wanted)) {
    if (answer[name] !== value) {
      throw new FailedPayment(
        "read",
        `${name} is ${JSON.stringify(answer[name])}, not ${JSON.stringify(value)}`,
      );
    }
  }
  store.memory?.keep(path, { headers: store.merchant.headers, answer });
  return answer;
}
