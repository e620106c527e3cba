import type { Loss } from "./plan.ts";

/**
 * Whether a change must not begin before somebody has accepted this: a rollback would not bring back all of the
 * old shape, whatever is written. What the new version writes where the old one has no place for it is said as
 * well, but only rows make it a loss: they are counted, and asked for, when the change is taken back.
 */
export function needsAcceptance({ kind }: Loss): boolean {
  return kind === "stays" || kind === "refused";
}

/** For people, a sentence each: first what needs acceptance, and of what contract removes one sentence for all. */
export function describeLosses(losses: readonly Loss[]): string[] {
  const first = losses.filter(needsAcceptance);
  const others = losses.filter((loss) => loss.when === "rollback" && !needsAcceptance(loss));
  const removed = losses.filter(({ when }) => when === "contract");
  return [...first, ...others, ...removed].map(({ what }) => what);
}
