/** A request that is answered with an error. `details` names the field at fault. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  readonly details: Readonly<Record<string, string>> | undefined;

  constructor(status: number, message: string, details?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/**
 * While a request was held up for so long that its claim on an Idempotency-Key ran out, an equal one has taken the
 * key over. Nothing was begun here, and the key's answer is for the other one to give.
 */
export class KeyTakenOver extends Refusal {
  override name = "KeyTakenOver";

  constructor() {
    super(409, "The request with this Idempotency-Key is still being worked on.", {
      "Idempotency-Key": "ask again in a moment",
    });
  }
}

/** The error object of the Payment API. */
export function errorBody(message: string, details?: Readonly<Record<string, string>>): string {
  return JSON.stringify({ object: "error", message, ...(details === undefined ? {} : { details }) });
}

export function notFound(what: string): Refusal {
  return new Refusal(404, `There is no such ${what}.`);
}
