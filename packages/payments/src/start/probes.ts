import { saleToPoiRequest } from "../terminals/nexo/sale-to-poi-request.ts";
import { testCards } from "../acquirer/test-cards.ts";
import type { Ground } from "./ground.ts";
import type { InterlockServer } from "./interlock-server.ts";
import { poll } from "./poll.ts";
import { environment } from "./set-up-interlock.ts";

/** How often each is made, in milliseconds. */
const intervalMs = 1_000;

/**
 * Two payments as clients make them, once a second each: one in the shop (create, pay by card, see that it is paid),
 * one at a terminal. Below `/environments/:environment/probes/`, as the server takes them.
 */
function probesOf({
  home,
  fronts: { api, terminals },
}: Pick<Ground, "home" | "fronts">): { name: string; probe: object }[] {
  const terminal = home.access.terminals.at(-1);
  const settings = { intervalMs, timeoutMs: 5_000, failsAfter: 2, recoversAfter: 3 };
  const nexo = (category: string, request: unknown): object => ({
    name: category.toLowerCase(),
    method: "POST",
    url: `${terminals.url}/nexo`,
    headers: { authorization: "Bearer {{secret.token}}" },
    json: saleToPoiRequest({
      category,
      request,
      serviceId: "{{uuid}}",
      saleId: "probe",
      poiId: terminal?.poiId,
    }),
    expect: { json: [{ at: `/SaleToPOIResponse/${category}Response/Response/Result`, equals: "Success" }] },
  });
  return [
    {
      name: "payment-in-the-shop",
      probe: {
        ...settings,
        component: "payment-api",
        objective: 99.9,
        secrets: { key: home.access.keys.at(-1) },
        check: {
          kind: "steps",
          steps: [
            {
              name: "create",
              method: "POST",
              url: `${api.url}/v1/payments`,
              headers: { authorization: "Bearer {{secret.key}}" },
              json: { amount: 1_999, currency: "EUR", description: "Probe" },
              expect: { status: [201] },
              save: { id: { json: "/id" } },
            },
            {
              name: "pay",
              method: "POST",
              url: `${api.url}/pay/{{saved.id}}`,
              json: { card_number: testCards.approved, expiry: "12/40", cvv: "123" },
            },
            {
              name: "see that it is paid",
              url: `${api.url}/v1/payments/{{saved.id}}`,
              headers: { authorization: "Bearer {{secret.key}}" },
              expect: { json: [{ at: "/is_paid", equals: true }] },
            },
          ],
        },
      },
    },
    {
      name: "payment-at-a-terminal",
      probe: {
        ...settings,
        component: "terminals",
        objective: 99.9,
        secrets: { token: terminal?.token },
        check: {
          kind: "steps",
          steps: [
            nexo("Login", { DateTime: "{{now}}" }),
            nexo("Payment", {
              SaleData: { SaleTransactionID: { TransactionID: "probe-{{uuid}}", TimeStamp: "{{now}}" } },
              PaymentTransaction: { AmountsReq: { Currency: "EUR", RequestedAmount: 19.99 } },
              PaymentData: {
                PaymentInstrumentData: {
                  CardData: { SensitiveCardData: { PAN: "5555555555554444", ExpiryDate: "1240" } },
                },
              },
            }),
          ],
        },
      },
    },
  ];
}

/** Makes the probes. */
export async function putProbes(
  server: Pick<InterlockServer, "send">,
  ground: Pick<Ground, "home" | "fronts">,
): Promise<void> {
  for (const { name, probe } of probesOf(ground)) {
    await server.send("PUT", `/environments/${environment}/probes/${name}`, { ...probe, revision: null });
  }
}

/** Waits until every probe passes: what is not known to be well is not told to be unaffected. Throws when they never do. */
export async function probesPass(
  server: Pick<InterlockServer, "read">,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const states = async (): Promise<string[]> => {
    const path = `/environments/${environment}/probes`;
    const { probes } = (await server.read(path)) as { probes: { name: string; state: string }[] };
    return probes.filter(({ state }) => state !== "passing").map(({ name, state }) => `${name}: ${state}`);
  };
  const all = await poll(async () => ((await states()).length === 0 ? true : undefined), {
    withinMs: 60_000,
    signal,
  });
  if (all === undefined)
    throw new Error(`Before anything happened not every probe passes: ${(await states()).join(", ")}`);
}
