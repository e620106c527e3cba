/** What a word of a scope is about. */
export const scopeKeys = ["env", "app", "kind", "table"] as const;
export type ScopeKey = (typeof scopeKeys)[number];

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

/** What a scope is held against. A release has no kinds and no tables: words about them don't take it. */
export interface ScopeSubject {
  environment: string;
  apps: readonly string[];
  kinds: readonly string[];
  tables: readonly string[];
}
