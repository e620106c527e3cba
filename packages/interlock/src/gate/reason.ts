import type { GateReason, ReasonCode } from "../api/gate.ts";

/** What a reason is about, and what to do. */
type About = Omit<GateReason, "code" | "effect">;

/** It stands against it. */
export function blocks(code: ReasonCode, about: About): GateReason {
  return { code, effect: "blocks", ...about };
}

/** It can't be known, and unknown is never go. */
export function unknown(code: ReasonCode, about: About): GateReason {
  return { code, effect: "unknown", ...about };
}

/** For whoever wants to know; it holds nothing back. */
export function note(code: ReasonCode, about: About): GateReason {
  return { code, effect: "note", ...about };
}
