import type { ChangeFact, GateFacts } from "../facts.ts";

type ChangeRequest = Extract<GateFacts["request"], { kind: "change" }>;

/** Facts of which it is known that they are about a change, and which one. */
export interface ChangeAsked {
  facts: GateFacts;
  change: ChangeFact;
  to: ChangeRequest["to"];
}

/** The change that is asked about; undefined where the gate is asked about a release. */
export function changeAsked(facts: GateFacts): ChangeAsked | undefined {
  const { request } = facts;
  if (request.kind !== "change") return undefined;
  const change = facts.changes.find(({ change: id }) => id === request.change);
  if (change === undefined) throw new Error("the facts hold the change that is asked about");
  return { facts, change, to: request.to };
}

/** The app version that is asked about: `payments@2.3.0`; undefined where the gate is asked about a change. */
export function versionAsked({ request }: GateFacts): string | undefined {
  return request.kind === "release" ? `${request.app}@${request.version}` : undefined;
}

/** Whether it goes back to where everything worked. No rule stands in the way of that, only evidence. */
export function isRollback({ request }: GateFacts): boolean {
  return request.kind === "change" && request.to === "rollback";
}
