import type { GateRequest } from "../api/gate.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import type { GateFacts } from "./facts.ts";

/** What facts are read for. */
export interface FactsQuestion {
  /** Of a transaction, where the answer must hold until its end. */
  query: Control["query"];
  environment: string;
  request: GateRequest;
  /** The moment that the decision is made for. */
  at: Date;
  caller: Caller;
}

/** What the gate works with. The facts come from outside: a test can make them up, and the gate needs no target. */
export interface GateServices {
  control: Control;
  /** Throws `Failure` "not-found" for a change that is not there. */
  readFacts: (question: FactsQuestion) => Promise<GateFacts>;
}
