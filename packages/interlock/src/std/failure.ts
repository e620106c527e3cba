/** What a user needs to know when something could not be done. Adapters map it to an exit code or an HTTP status. */
export interface FailureFacts {
  /** Permanent, in kebab-case: scripts may depend on it. */
  code: string;
  /** What happened, in one sentence. */
  message: string;
  /** Why it happened, where it is known. */
  why?: string;
  /** What state things are in now: "Nothing was changed." */
  state?: string;
  /** What to do now. */
  next?: string;
  cause?: unknown;
}

/** An operation that could not be done, for a reason its user can act on. Programmer errors are plain `Error`s. */
export class Failure extends Error {
  readonly code: string;
  readonly why: string | undefined;
  readonly state: string | undefined;
  readonly next: string | undefined;

  constructor({ code, message, why, state, next, cause }: FailureFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "Failure";
    this.code = code;
    this.why = why;
    this.state = state;
    this.next = next;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The facts of anything that was thrown, ready to be sent to another process. */
export function factsOf(thrown: unknown): FailureFacts {
  if (!(thrown instanceof Failure)) return { code: "internal", message: messageOf(thrown) };
  const { code, message, why, state, next } = thrown;
  return {
    code,
    message,
    ...(why === undefined ? {} : { why }),
    ...(state === undefined ? {} : { state }),
    ...(next === undefined ? {} : { next }),
  };
}
