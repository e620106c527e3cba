import type { Answer } from "./platform.ts";

export interface Storm {
  /** How many Idempotency-Keys, and how many equal requests with each at the same time. */
  keys: number;
  duplicates: number;
  /** How many keys are in flight at once. */
  keysAtOnce: number;
  /** Which of several kinds of request a key is used for, and all else that is drawn. */
  seed: number;
  call(request: StormRequest): Promise<Answer>;
}

export interface StormRequest {
  method: "POST";
  path: string;
  body: object;
  headers: Record<string, string>;
}

/** What came of the requests with one key. */
export interface StormOutcome {
  key: string;
  request: Omit<StormRequest, "headers">;
  /** The answer that all requests with the key got, sooner or later. */
  answer: { status: number; text: string };
  /** Everything that was not as it has to be, in words. */
  problems: string[];
}
