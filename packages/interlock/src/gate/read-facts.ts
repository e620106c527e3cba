import type { Caller } from "../access/caller.ts";
import type { GateRequest } from "../api/gate.ts";
import type { Query } from "../environment/query.ts";
import type { EvidenceServices } from "../evidence/services.ts";
import type { GateFacts } from "./facts.ts";

export interface ReadFacts {
  /** `control.query`, or that of the transaction in which somebody is admitted. */
  query: Query;
  environment: string;
  request: GateRequest;
  at: Date;
  caller: Caller;
}

/**
 * Reads all that a decision is made from. Evidence that is missing is asked for, so that a later question finds it.
 * Throws `Failure` "not-found" for an environment or a change that there is none of.
 */
export type ReadFactsOf = (services: EvidenceServices, asked: ReadFacts) => Promise<GateFacts>;
