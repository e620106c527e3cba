import type { GateRequest } from "../api/gate.ts";

/** What overrides, events and lists call a request: `change:chg_…`, `release:payments@2.3.0`. */
export function subjectOf(request: GateRequest): string {
  return request.kind === "change" ? `change:${request.change}` : `release:${request.app}@${request.version}`;
}
