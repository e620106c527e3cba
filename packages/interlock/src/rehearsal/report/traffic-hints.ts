import type { RecordedStep } from "../step-effects.ts";
import type { Wait } from "../waiting/find-waiting.ts";
import { strength } from "../../database/lock-mode.ts";
import type { Work } from "../waiting/work.ts";

/** What to do so that nobody waits for work: that of the kind that hurts most. */
export function hintForWork(works: readonly Work[]): string {
  const order: readonly Work["kind"][] = ["rewrite", "change", "index", "verify", "read"];
  const [first] = works.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  switch (first?.kind) {
    case "rewrite":
      return "Put what is new into a column or table beside the old one, fill it while traffic goes on and swap them: interlock plan does.";
    case "change":
      return "Write the rows in batches, each in a transaction of its own: interlock plan does.";
    case "index":
      return "Build the index with CONCURRENTLY, outside a transaction; for a constraint, add it USING that INDEX then.";
    case "verify":
      return "Add the constraint NOT VALID and VALIDATE it in a transaction of its own, under which nobody waits; NOT NULL and ATTACH PARTITION need no scan behind a CHECK that proves them.";
    default:
      return "Do this in a transaction of its own, before anything is locked.";
  }
}

/** While a change waits for its lock, whoever comes after it waits too; undefined where it limits that itself. */
export function queueHint({ traffic }: RecordedStep, waits: readonly Wait[]): string | undefined {
  const blocks = waits.some(({ held }) => strength(held) >= strength("ShareLock"));
  if (!blocks || traffic?.limitsItsWait === true) return undefined;
  return "Behind a long query it waits itself, and everything behind it: set lock_timeout and try again, as interlock ship does.";
}
