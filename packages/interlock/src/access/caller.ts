import type { Role, Scope } from "../api/access.ts";

/** Whoever asks, as their token says. */
export interface Caller {
  /** The person or machine that the token belongs to; what is done is put down to it. */
  owner: string;
  /** The id of the token. */
  token: string;
  role: Role;
  scopes: ReadonlySet<Scope>;
  /** The environments that it may change; null for every one. */
  environments: readonly string[] | null;
}
