import { scopesOfRole } from "../../api/access.ts";
import type { Caller } from "../../access/caller.ts";

/** For tests only: a caller, as a token makes one. */
export function callerCalled(owner: string): Caller {
  return {
    owner,
    token: "tok",
    role: "releaser",
    scopes: new Set(scopesOfRole.releaser),
    environments: null,
  };
}
