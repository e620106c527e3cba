import { decideOpening } from "./decide-opening.ts";
import { decideProgress } from "./decide-progress.ts";
import type { DetectionAction, DetectionFacts } from "./facts.ts";

/**
 * What is to be done about the signals of an environment. Decided from facts alone; carried out, and asked again
 * with the same facts, it answers nothing. One trouble is one incident: signals are put to an open incident that
 * affects their component, names the same change, or began at about the same time; to one that was resolved a short
 * while ago, which is opened again; and only then does a new one open.
 */
export function decideDetection(facts: DetectionFacts): DetectionAction[] {
  return [...decideOpening(facts), ...decideProgress(facts)];
}
