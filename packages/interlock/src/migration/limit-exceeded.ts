/** A statement took more than it may, and its session was ended for it. */
export class LimitExceeded extends Error {
  /** SQLSTATE of what PostgreSQL itself would have said. */
  readonly code: string;

  constructor({ sqlstate, message }: { sqlstate: string; message: string }) {
    super(message);
    this.name = "LimitExceeded";
    this.code = sqlstate;
  }
}
