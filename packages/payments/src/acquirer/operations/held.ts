import type { Acquiring } from "./acquiring.ts";

/** How long an authorisation holds its amount: 7 days. */
export const authorisationLastsMs = 7 * 24 * 60 * 60 * 1_000;

/** What has become of an approved sale or authorisation, in cents. */
export interface Holding {
  authorizedCents: number;
  capturedCents: number;
  refundedCents: number;
  /** False once it was captured, released or has expired: there is nothing left to take or let go. */
  isHeld: boolean;
  /** True when nobody can capture it any more because its time is up. */
  hasExpired: boolean;
}

/** Undefined when there is no such authorisation, or it was declined. */
export function findHolding({ journal, now }: Acquiring, reference: string): Holding | undefined {
  const original = journal.decisions.find(reference);
  if (original === undefined || original.state !== "approved") return undefined;
  if (original.kind !== "sale" && original.kind !== "authorisation") return undefined;
  const later = journal.decisions.of(reference);
  const sum = (kind: "capture" | "refund"): number =>
    later
      .filter((decision) => decision.kind === kind)
      .reduce((cents, { amountCents }) => cents + amountCents, 0);
  const isOpen =
    original.kind === "authorisation" && !later.some(({ kind }) => kind === "capture" || kind === "release");
  const hasExpired = isOpen && now() - original.decidedAt >= authorisationLastsMs;
  return {
    authorizedCents: original.amountCents,
    capturedCents: original.kind === "sale" ? original.amountCents : sum("capture"),
    refundedCents: sum("refund"),
    isHeld: isOpen && !hasExpired,
    hasExpired,
  };
}
