/** Bytes as PostgreSQL's text form of bytea, so that every parameter is sent as text and can be recorded. */
export function asBytea(bytes: Buffer): string {
  return `\\x${bytes.toString("hex")}`;
}
