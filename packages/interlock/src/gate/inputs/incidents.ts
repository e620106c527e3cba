import type { GateReason } from "../../api/gate.ts";
import type { GateFacts } from "../facts.ts";
import { blocks } from "../reason.ts";
import { isRollback } from "./requested.ts";
import { scopeSubject, takes } from "./scope-subject.ts";
import { overrideCommand, setAside } from "./set-aside.ts";

/** Open incidents that hold back what touches their scope. */
export function incidents(facts: GateFacts): GateReason[] {
  if (isRollback(facts)) return [];
  const subject = scopeSubject(facts);
  return facts.incidents
    .filter(({ holds }) => holds)
    .flatMap((open) => {
      const scope = open.scopes.find((one) => takes(one, subject));
      return scope === undefined ? [] : [{ ...open, scope }];
    })
    .map(({ incident, reference, priority, title, scope }) => {
      const rule = `incident:${incident}`;
      return setAside(facts, {
        rule,
        reason: blocks("open-incident", {
          message: `${priority} ${reference} is open (${title}), and this touches its scope (${scope}).`,
          next: `Wait until it is resolved (interlock incident show ${reference}); if this is what mends it: ${overrideCommand(facts, rule)}`,
          incident,
        }),
      });
    });
}
