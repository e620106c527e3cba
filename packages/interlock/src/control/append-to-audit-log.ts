import { createHash } from "node:crypto";
import type { ClientBase } from "pg";
import { canonicalJson } from "../std/canonical-json.ts";
import { storable, storableText } from "./storable.ts";

/** Who did what. */
export interface AuditEntry {
  /** The person or machine that it is put down to. */
  actor: string;
  /** `release.start`, `rule.lift`. */
  action: string;
  environment?: string;
  /** The id or name of what it was done to. */
  subject: string;
  /** What was decided, with the reason. Never a secret. */
  detail: object;
}

/** An entry as it stands in the log. */
export interface AuditRecord {
  number: string;
  /** ISO 8601, UTC. */
  at: string;
  actor: string;
  action: string;
  environment: string | null;
  subject: string;
  detail: unknown;
  previousHash: string;
  hash: string;
}

/** What the first entry's hash covers in the place of an entry before it. */
export const firstPreviousHash = "0".repeat(64);

/** Held by the transaction that appends; the letters "audit" as a number. */
const lockKey = 418_631_182_708;

/** Appends entries, each with a hash over the one before it. Call it last in a transaction: others wait for its end. */
export async function appendToAuditLog(client: ClientBase, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query("select pg_catalog.pg_advisory_xact_lock($1::bigint)", [lockKey]);
  const { rows } = await client.query<{ number: string; hash: string }>(
    "select number, hash from interlock_control.audit_log order by number desc limit 1",
  );
  let number = BigInt(rows[0]?.number ?? "0");
  let previousHash = rows[0]?.hash ?? firstPreviousHash;
  for (const { actor, action, environment, subject, detail } of entries) {
    number += 1n;
    const record = {
      number: number.toString(),
      at: new Date().toISOString(),
      actor: storableText(actor),
      action: storableText(action),
      environment: environment === undefined ? null : storableText(environment),
      subject: storableText(subject),
      // The hash is over what will be read back, or the entry would seem to have been changed.
      detail: storable(detail),
      previousHash,
    };
    const hash = hashOf(record);
    await client.query(
      `insert into interlock_control.audit_log (number, at, actor, action, environment, subject, detail, previous_hash, hash)
       values ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::jsonb, $8::text, $9::text)`,
      [
        record.number,
        record.at,
        record.actor,
        record.action,
        record.environment,
        record.subject,
        JSON.stringify(record.detail),
        previousHash,
        hash,
      ],
    );
    previousHash = hash;
  }
}

/** SHA-256, in hexadecimal digits, over the canonical JSON of everything in an entry but the hash itself. */
export function hashOf({
  number,
  at,
  actor,
  action,
  environment,
  subject,
  detail,
  previousHash,
}: Omit<AuditRecord, "hash">): string {
  const text = canonicalJson({ number, at, actor, action, environment, subject, detail, previousHash });
  return createHash("sha256").update(text).digest("hex");
}
