import { createHash, randomBytes } from "node:crypto";
import type { z } from "zod";
import type { newSourceSchema, SignalSource } from "../api/signals.ts";
import type { Caller } from "../access/caller.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { findEnvironment } from "../environment/find-environment.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { sourceColumns, sourceOf, sourceSealPlace, type SourceRow } from "./source-row.ts";

/** Where deliveries of a source go, below the server's address. */
export function deliveryPath({ id, kind }: Pick<SignalSource, "id" | "kind">, secret: string): string {
  if (kind === "standard-webhooks") return `/integrations/signals/${id}`;
  if (kind === "pagerduty") return "/integrations/pagerduty/v2/enqueue";
  return `/integrations/signals/${id}/${secret}`;
}

/** Lets somebody send signals, and makes the secret that they prove themselves with. Throws `Failure` "not-found" or "already-exists". */
export async function addSource(
  { control, sealer }: { control: Control; sealer: Sealer },
  {
    environment,
    source,
    caller,
  }: { environment: string; source: z.output<typeof newSourceSchema>; caller: Caller },
): Promise<{ source: SignalSource; secret: string; path: string }> {
  const { name, kind, mapping, endsAfterMinutes } = source;
  const id = newId("src");
  const secret =
    kind === "standard-webhooks"
      ? `whsec_${randomBytes(32).toString("base64")}`
      : // PagerDuty's clients take a routing key of 32 letters and nothing else.
        randomBytes(16).toString("hex");
  return control.transact(async ({ query, audit, emit }) => {
    await findEnvironment(query, environment);
    const [row] = await query<SourceRow>(
      `insert into interlock_control.signal_sources
         (id, environment, name, kind, secret_sha256, sealed_secret, mapping, ends_after_minutes, created_by)
       values ($1::text, $2::text, $3::text, $4::text, $5::bytea, $6::bytea, $7::jsonb, $8::integer, $9::text)
       on conflict (environment, name) where removed_at is null do nothing returning ${sourceColumns}`,
      [
        id,
        environment,
        name,
        kind,
        hashOfSecret(secret),
        sealer.seal(secret, sourceSealPlace(id)),
        JSON.stringify(mapping),
        endsAfterMinutes,
        caller.owner,
      ],
    );
    if (row === undefined) {
      throw new Failure({
        code: "already-exists",
        message: `There is a source ${name} in ${environment} already.`,
        state: "Nothing was changed.",
        next: `See it: interlock signal source list --env ${environment}`,
      });
    }
    const detail = { name, kind };
    audit({ actor: caller.owner, action: "signal-source.add", environment, subject: id, detail });
    emit({ kind: "signal-source-added", environment, subject: id, detail });
    return { source: sourceOf(row), secret, path: deliveryPath({ id, kind }, secret) };
  });
}

/** What is compared instead of the secret itself. */
export function hashOfSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
