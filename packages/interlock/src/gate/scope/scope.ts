/** What a word of a scope is about. */
export const scopeKeys = ["env", "app", "kind", "table", "order", "to"] as const;
export type ScopeKey = (typeof scopeKeys)[number];

/** In which order structure and application may be deployed: `split` is what neither half may go alone of. */
export const scopeOrders = ["any", "schema-first", "app-first", "split"] as const;
export type ScopeOrder = (typeof scopeOrders)[number];

/**
 * How a change goes: `structure` is its migration run as it is, which can leave it half deployed; the others are phases
 * of a plan. The way back is none of them: no rule stands in it.
 */
export const scopeWays = ["structure", "expand", "contract"] as const;
export type ScopeWay = (typeof scopeWays)[number];

/** `kind=rename-column,drop-column` or `table!=public.audit_*`. */
export interface ScopeWord {
  key: ScopeKey;
  /** Whether it takes what is none of the patterns. */
  isNegated: boolean;
  /** Values; one that ends with a star stands for all that begin with what is before it. */
  patterns: readonly string[];
}

/** What a rule is for: everything that all of its words take. */
export interface Scope {
  words: readonly ScopeWord[];
}

/** What a scope is held against. A release has neither kinds nor tables, order or way: words about them don't take it. */
export interface ScopeSubject {
  environment: string;
  apps: readonly string[];
  kinds: readonly string[];
  tables: readonly string[];
  /** Where it is not known, every one that it may be. */
  orders: readonly ScopeOrder[];
  ways: readonly ScopeWay[];
}
