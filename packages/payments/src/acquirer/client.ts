import { Pool } from "undici";
import type { Card } from "../payments/card.ts";
import { reportSparingly } from "../platform/report.ts";
import type { RenderedAnswer } from "./render-answer.ts";

/** What the acquirer decided; it never changes. */
export type Settled =
  | {
      state: "approved";
      /** True when the card holder proved who they are (3-D Secure) for it. */
      is3ds: boolean;
      /** What stands for the card from now on; null for anything but an authorisation of a card. */
      token: string | null;
      /** The same for every authorisation of the same card. */
      fingerprint: string | null;
    }
  | { state: "declined"; code: string; is3ds: boolean };

/** What the platform knows after it asked. `unknown` may mean anything: only an inquiry can tell. */
export type Outcome =
  | Settled
  /** The card holder has to go to `url` and prove who they are; the decision comes after that. */
  | { state: "challenge"; url: string }
  | { state: "unknown" };

/** What is charged: a card as it was typed, or what the acquirer gave for it before. */
export type Instrument = { card: Card } | { token: string };

export interface AuthoriseRequest {
  reference: string;
  amountCents: number;
  instrument: Instrument;
  /** False: the amount is only held, until `capture` or `release`. */
  capture: boolean;
  /**
   * 3-D Secure: `required` asks the card holder always, `allowed` only when the issuer wants it, `none` never
   * (a merchant with a saved card, a terminal): an issuer that wants it then declines with 3ds_declined.
   */
  challenge: "required" | "allowed" | "none";
  /** Where the browser goes after a challenge. */
  returnUrl?: string;
}

/** The platform's side of the acquirer. Nothing here is retried: a second question is the caller's decision. */
export interface Acquirer {
  authorise(request: AuthoriseRequest): Promise<Outcome>;
  /** Takes what `authorisation` holds, or part of it; the rest is let go. Once per authorisation. */
  capture(request: { reference: string; authorisation: string; amountCents: number }): Promise<Outcome>;
  /** Lets go of what `authorisation` holds. */
  release(request: { reference: string; authorisation: string }): Promise<Outcome>;
  /** Gives back part or all of what was captured. */
  refund(request: { reference: string; authorisation: string; amountCents: number }): Promise<Outcome>;
  /** What became of a reference. One that never arrived can't arrive any more afterwards. */
  inquire(reference: string): Promise<Outcome>;
  /** As `inquire`, and a challenge that is still open is ended and declined (`timeout`). */
  abandon(reference: string): Promise<Outcome>;
  close(): Promise<void>;
}

export function connectAcquirer({ url, timeoutMs }: { url: string; timeoutMs: number }): Acquirer {
  const pool = new Pool(url, { connections: 64, connect: { timeout: timeoutMs } });
  const post = async (path: string, body: object): Promise<Outcome> => {
    try {
      const answer = await pool.request({
        method: "POST",
        path,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        // All of it, the wait for a connection too. The pool's own time-outs are only looked at now and then.
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.body.text();
      if (answer.statusCode === 200) return outcomeOf(JSON.parse(text) as RenderedAnswer);
      const status = String(answer.statusCode);
      reportSparingly(`acquirer-${status}`, { event: "acquirer-refused-to-answer", path, status });
      return { state: "unknown" };
    } catch {
      // Lost connection, time-out, half an answer: each leaves open whether it was decided. The caller is
      // told exactly that, and the operation stays pending until an inquiry settles it.
      return { state: "unknown" };
    }
  };
  return {
    authorise: async ({ reference, amountCents, instrument, capture, challenge, returnUrl }) =>
      post("/authorisations", {
        reference,
        amountCents,
        instrument: instrumentOf(instrument),
        capture,
        challenge,
        returnUrl,
      }),
    capture: async (request) => post("/captures", request),
    release: async (request) => post("/releases", request),
    refund: async (request) => post("/refunds", request),
    inquire: async (reference) => post(operation(reference, "inquire"), {}),
    abandon: async (reference) => post(operation(reference, "abandon"), {}),
    close: async () => pool.close(),
  };
}

function operation(reference: string, verb: "inquire" | "abandon"): string {
  return `/operations/${encodeURIComponent(reference)}/${verb}`;
}

/** No more of the card than the acquirer takes, whatever else the caller's object holds. */
function instrumentOf(instrument: Instrument): object {
  if ("token" in instrument) return { token: instrument.token };
  const { number, expMonth, expYear } = instrument.card;
  return { card: { number, expMonth, expYear } };
}

function outcomeOf({ state, code, is3ds, token, fingerprint, url }: RenderedAnswer): Outcome {
  if (state === "approved") {
    return { state, is3ds: is3ds === true, token: token ?? null, fingerprint: fingerprint ?? null };
  }
  if (state === "declined") return { state, code: code ?? "processing_error", is3ds: is3ds === true };
  if (state === "challenge" && url !== undefined) return { state, url };
  return { state: "unknown" };
}
