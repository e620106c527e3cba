import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { hashOfSecret } from "./add-source.ts";
import { sourceColumns, sourceSealPlace, type SourceRow } from "./source-row.ts";

/** The source that a secret in a URL belongs to; undefined where it is none's. */
export async function findSourceBySecret(
  { control }: { control: Control },
  { id, secret }: { id: string; secret: string },
): Promise<SourceRow | undefined> {
  // Looked up by its hash: how long that takes says nothing of how much of a guess was right.
  const [row] = await control.query<SourceRow>(
    `select ${sourceColumns} from interlock_control.signal_sources
      where id = $1::text and secret_sha256 = $2::bytea and removed_at is null
        and kind not in ('standard-webhooks', 'pagerduty')`,
    [id, hashOfSecret(secret)],
  );
  return row;
}

/** The source that a routing key of PagerDuty's belongs to. */
export async function findSourceByRoutingKey(
  { control }: { control: Control },
  routingKey: string,
): Promise<SourceRow | undefined> {
  const [row] = await control.query<SourceRow>(
    `select ${sourceColumns} from interlock_control.signal_sources
      where secret_sha256 = $1::bytea and removed_at is null and kind = 'pagerduty'`,
    [hashOfSecret(routingKey)],
  );
  return row;
}

/** A source whose deliveries are signed, with what they are signed with. */
export async function findSigningSource(
  { control, sealer }: { control: Control; sealer: Sealer },
  id: string,
): Promise<{ source: SourceRow; secret: string } | undefined> {
  const [row] = await control.query<SourceRow & { sealed_secret: Buffer }>(
    `select ${sourceColumns}, sealed_secret from interlock_control.signal_sources
      where id = $1::text and removed_at is null and kind = 'standard-webhooks'`,
    [id],
  );
  if (row === undefined) return undefined;
  const { sealed_secret: sealed, ...source } = row;
  return { source, secret: sealer.open(sealed, sourceSealPlace(id)) };
}
