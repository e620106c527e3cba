import { matchesPattern } from "./parse-scope.ts";
import type { Scope, ScopeKey, ScopeSubject, ScopeWord } from "./scope.ts";

/**
 * Whether a scope takes a subject. With several values, one is enough: a change that renames a column and creates
 * an index is taken by `kind=rename-column`, and by `kind!=create-index` since it does something else as well.
 */
export function matchesScope({ words }: Scope, subject: ScopeSubject): boolean {
  return words.every((word) => valuesOf(subject, word.key).some((value) => takes(word, value)));
}

function takes({ key, isNegated, patterns }: ScopeWord, value: string): boolean {
  const isNamed = patterns.some((written) => {
    // Quotation marks only say where a name ends.
    const pattern = written.replaceAll('"', "");
    if (key !== "table") return matchesPattern(pattern, value);
    // A table without its schema is that table in any schema: a rule that silently holds nothing is worse.
    return matchesPattern(pattern, value.replaceAll('"', "")) || matchesPattern(pattern, bareName(value));
  });
  return isNamed !== isNegated;
}

/** `payments` of `public.payments`, `My.table` of `public."My.table"`. */
function bareName(table: string): string {
  const [name = table] = /(?:"(?:[^"]|"")*"|[^."]+)$/.exec(table) ?? [];
  return name.replaceAll('"', "");
}

function valuesOf(subject: ScopeSubject, key: ScopeKey): readonly string[] {
  switch (key) {
    case "env":
      return [subject.environment];
    case "app":
      return subject.apps;
    case "kind":
      return subject.kinds;
    case "table":
      return subject.tables;
    case "order":
      return subject.orders;
    case "to":
      return subject.ways;
    default:
      return key satisfies never;
  }
}
