import { Failure } from "../std/failure.ts";

const see = "See it as it is now: interlock incident show";

/** For what is not there. */
export function notFound(what: string, next: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no ${what}.`,
    state: "Nothing was changed.",
    next,
  });
}

/** For what somebody else did before, or what does not fit the state that it is in. */
export function conflict(
  message: string,
  { why, next = see }: { why?: string; next?: string } = {},
): Failure {
  return refusal("conflict", { message, why, next });
}

/** For what has ended. */
export function alreadyEnded(
  message: string,
  { why, next = see }: { why?: string; next?: string } = {},
): Failure {
  return refusal("already-ended", { message, why, next });
}

/** For what can't be as it was asked. */
export function notValid(message: string, { why, next }: { why?: string; next: string }): Failure {
  return refusal("input-not-valid", { message, why, next });
}

function refusal(
  code: string,
  { message, why, next }: { message: string; why: string | undefined; next: string },
): Failure {
  const reason = why === undefined ? {} : { why };
  return new Failure({ code, message, ...reason, state: "Nothing was changed.", next });
}
