/** A payment that could not be made, with a reason short enough to count by. */
export class FailedPayment extends Error {
  override name = "FailedPayment";
  readonly reason: string;

  constructor(step: string, reason: string) {
    super(`${step}: ${reason}`);
    this.reason = `${step}: ${reason}`;
  }
}
