import { leftOutReasons, type LeftOutReason } from "../observation.ts";

/** Why an entry of pg_stat_statements is not in the workload. Permanent: scripts may depend on them. */
export const runningReasons = {
  ...leftOutReasons,
  interlock: "Interlock's own statements",
  catalog: "statements on PostgreSQL's own catalogs and statistics alone",
  "text-lost": "entries whose text the server has lost",
  "not-usable": "statements whose constants can't be told from their structure",
  "does-not-fit": "statements that the database as it is now refuses: what they name has gone",
} as const;

export type RunningReason = LeftOutReason | keyof typeof runningReasons;

/** What stands first in statements that no application's work is in, whether the parser takes their placeholders or not. */
const byFirstWord: Readonly<Record<string, RunningReason>> = {
  begin: "transaction-control",
  start: "transaction-control",
  commit: "transaction-control",
  end: "transaction-control",
  rollback: "transaction-control",
  abort: "transaction-control",
  savepoint: "transaction-control",
  release: "transaction-control",
  set: "session-setting",
  reset: "session-setting",
  show: "session-setting",
  discard: "session-setting",
  deallocate: "session-setting",
  fetch: "session-setting",
  move: "session-setting",
  close: "session-setting",
  listen: "session-setting",
  unlisten: "session-setting",
  notify: "session-setting",
  load: "session-setting",
  do: "anonymous-block",
  vacuum: "maintenance",
  analyze: "maintenance",
  analyse: "maintenance",
  explain: "maintenance",
  checkpoint: "maintenance",
  cluster: "maintenance",
  reindex: "maintenance",
  create: "structural",
  alter: "structural",
  drop: "structural",
  grant: "structural",
  revoke: "structural",
  comment: "structural",
  reassign: "structural",
  security: "structural",
  import: "structural",
};

/** What the first word says about a text; undefined where it has to be parsed. */
export function reasonByFirstWord(sql: string): RunningReason | undefined {
  const [, word = ""] = /^(?:\s|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*([a-z]+)/i.exec(sql) ?? [];
  return byFirstWord[word.toLowerCase()];
}
