/** Whether a text is what pg_dump wrote, or begins with it. */
export function isDump(text: string): boolean {
  return /^-- PostgreSQL database dump$/m.test(text.slice(0, 2_000));
}

/** The version of the server that a dump was taken from: "16.3". */
export function dumpedVersion(text: string): string | undefined {
  return /^-- Dumped from database version (\d[\w.]*)/m.exec(text.slice(0, 4_000))?.[1];
}

/**
 * What a dump says of the server that it comes from, or that only a superuser may do, and that no statement of
 * an application sees.
 */
const leftOut: readonly RegExp[] = [
  /^alter\s[^;]*\sowner\s+to\s/i,
  /^comment\s+on\s+extension\s/i,
  /^create\s+schema\s+public\s*;/i,
  /^(?:create|alter|drop)\s+database\s/i,
  /^comment\s+on\s+database\s/i,
  /^alter\s+default\s+privileges\s/i,
  /^security\s+label\s/i,
  /^(?:create|alter|drop|comment\s+on)\s+event\s+trigger\s/i,
  /^(?:create|alter|drop|comment\s+on)\s+subscription\s/i,
  /^create\s+publication\s[^;]*\sfor\s+(?:all\s+tables|tables\s+in\s+schema)\b/i,
  /^alter\s+publication\s[^;]*\s(?:add\s+tables\s+in\s+schema|owner\s+to)\b/i,
  /^set\s+(?:session\s+authorization|transaction_timeout|default_tablespace)\b/i,
  /^(?:create|alter|drop)\s+(?:role|user|tablespace)\s/i,
  /^select\s+pg_catalog\.(?:setval|lo_|pg_extension_config_dump)/i,
];

export function isLeftOutOfDump(statement: string): boolean {
  return leftOut.some((pattern) => pattern.test(statement));
}

/**
 * Run behind a dump: materialized views are made without rows, and a statement that reads one that was never
 * refreshed fails.
 */
export const refreshViews = `do $interlock$ declare one record; begin
  for one in select oid::regclass as name from pg_class where relkind = 'm' and not relispopulated order by oid loop
    begin execute format('refresh materialized view %s', one.name); exception when others then null; end;
  end loop; end $interlock$;`;
