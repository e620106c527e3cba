import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";
import { refusedAtStart, rightsTags } from "./command-tags.ts";

export interface OwnEventTrigger {
  name: string;
  event: "ddl_command_start" | "ddl_command_end" | "sql_drop" | "table_rewrite";
  function: string;
  tags?: readonly string[];
}

// Triggers of one event fire in the order of their names: the guard refuses before the log tells.
export const guardTriggers: readonly OwnEventTrigger[] = [
  {
    name: "interlock_guard_start",
    event: "ddl_command_start",
    function: "guard_start",
    tags: [...refusedAtStart, ...rightsTags],
  },
  { name: "interlock_guard_drop", event: "sql_drop", function: "guard_drop" },
  { name: "interlock_guard_end", event: "ddl_command_end", function: "guard_end" },
  { name: "interlock_guard_rewrite", event: "table_rewrite", function: "guard_rewrite" },
];

export const watchTriggers: readonly OwnEventTrigger[] = [
  { name: "interlock_watch_drop", event: "sql_drop", function: "watch_drop" },
  { name: "interlock_watch_end", event: "ddl_command_end", function: "watch_end" },
];

export function createTrigger({ name, event, function: called, tags }: OwnEventTrigger): string {
  const when = tags === undefined ? "" : ` when tag in (${tags.map(quoteLiteral).join(", ")})`;
  return `create event trigger ${quoteIdentifier(name)} on ${event}${when} execute function interlock.${quoteIdentifier(called)}()`;
}

export function dropTrigger({ name }: Pick<OwnEventTrigger, "name">): string {
  return `drop event trigger if exists ${quoteIdentifier(name)}`;
}
