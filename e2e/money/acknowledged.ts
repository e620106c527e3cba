/** What the platform has told its clients. None of it may ever turn out to be untrue. */
export class Acknowledged {
  /** The payment that each Idempotency-Key was answered with. */
  readonly created = new Map<string, string>();
  /** How each payment was said to have ended. */
  readonly outcomes = new Map<string, "paid" | "failed" | "aborted">();
  /** Refunds that were said to be given back, in cents. */
  readonly refunds = new Map<string, { paymentId: string; amountCents: number }>();
  /** What terminals were told of each ServiceID. */
  readonly atTerminals = new Map<string, "Success" | "Failure">();
  /** Two different things that were said about the same. */
  readonly contradictions: string[] = [];

  payment(key: string, id: string): void {
    this.#say(this.created, key, id);
  }

  outcome(id: string, outcome: "paid" | "failed" | "aborted"): void {
    this.#say(this.outcomes, id, outcome);
  }

  terminal(serviceId: string, result: "Success" | "Failure"): void {
    this.#say(this.atTerminals, serviceId, result);
  }

  refund(id: string, paymentId: string, amountCents: number): void {
    const before = this.refunds.get(id);
    if (before !== undefined && before.amountCents !== amountCents) {
      this.contradictions.push(`refund ${id}: ${String(before.amountCents)}, then ${String(amountCents)}`);
    }
    this.refunds.set(id, { paymentId, amountCents });
  }

  #say<Value extends string>(said: Map<string, Value>, about: string, value: Value): void {
    const before = said.get(about);
    if (before !== undefined && before !== value)
      this.contradictions.push(`${about}: ${before}, then ${value}`);
    said.set(about, value);
  }
}
