/** Whether a text is what pg_dump wrote, or begins with it. */
export function isDump(text: string): boolean {
  return /^-- PostgreSQL database (?:cluster )?dump$/m.test(text.slice(0, 2_000));
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
  /^(?:create|alter|drop|comment\s+on)\s+(?:publication|subscription)\s/i,
  /^set\s+(?:session\s+authorization|transaction_timeout|default_tablespace)\b/i,
  /^(?:create|alter|drop)\s+(?:role|user|tablespace)\s/i,
  /^select\s+pg_catalog\.(?:setval|lo_|pg_extension_config_dump)/i,
];

export function isLeftOutOfDump(statement: string): boolean {
  return leftOut.some((pattern) => pattern.test(statement));
}
