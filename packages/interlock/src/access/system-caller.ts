import { scopes } from "../api/access.ts";
import type { Caller } from "./caller.ts";

/** Interlock itself, when it does by itself what a person could have asked for: what it does is put down to it. */
export const systemCaller: Caller = {
  owner: "interlock",
  token: "",
  role: "admin",
  scopes: new Set(scopes),
  environments: null,
};
