import { Pool } from "undici";
import type { Card } from "../payments/card.ts";
import type { Decision } from "./journal.ts";

/** What the platform knows after it asked. `unknown` may mean anything: only an inquiry can tell. */
export type Outcome = { state: "approved" } | { state: "declined"; code: string } | { state: "unknown" };

/** The platform's side of the acquirer. Nothing here is retried: a second question is the caller's decision. */
export interface Acquirer {
  authorise(request: { reference: string; amountCents: number; card: Card }): Promise<Outcome>;
  refund(request: { reference: string; authorisation: string; amountCents: number }): Promise<Outcome>;
  /** What became of a reference. One that never arrived can't arrive any more afterwards. */
  inquire(reference: string): Promise<Outcome>;
  close(): Promise<void>;
}

export function connectAcquirer({ url, timeoutMs }: { url: string; timeoutMs: number }): Acquirer {
  const pool = new Pool(url, {
    connections: 64,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  });
  const post = async (path: string, body: object): Promise<Outcome> => {
    try {
      const answer = await pool.request({
        method: "POST",
        path,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await answer.body.text();
      return answer.statusCode === 200 ? outcomeOf(JSON.parse(text) as Decision) : { state: "unknown" };
    } catch {
      // Lost connection, time-out, half an answer: each leaves open whether it was decided. The caller is
      // told exactly that, and the operation stays pending until an inquiry settles it.
      return { state: "unknown" };
    }
  };
  return {
    authorise: async (request) => post("/authorisations", request),
    refund: async (request) => post("/refunds", request),
    inquire: async (reference) => post(`/operations/${encodeURIComponent(reference)}/void`, {}),
    close: async () => pool.close(),
  };
}

function outcomeOf({ state, code }: Decision): Outcome {
  if (state === "approved") return { state };
  if (state === "declined") return { state, code: code ?? "processing_error" };
  return { state: "unknown" };
}
