/** Writes one diagnostic as a line of JSON on stderr. Never give it a card number, a key or a token. */
export function report(facts: { event: string } & Record<string, string | number | boolean>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...facts })}\n`);
}

const seen = new Map<string, { count: number; since: number }>();
const quietMs = 1_000;

/** As `report`, but at most one line a second for each `key`; the next line says how many were left out. */
export function reportSparingly(
  key: string,
  facts: { event: string } & Record<string, string | number>,
): void {
  const now = Date.now();
  const entry = seen.get(key);
  if (entry !== undefined && now - entry.since < quietMs) {
    entry.count += 1;
    return;
  }
  if (seen.size > 1_000) seen.clear();
  seen.set(key, { count: 0, since: now });
  report({ ...facts, ...(entry !== undefined && entry.count > 0 ? { leftOut: entry.count } : {}) });
}
