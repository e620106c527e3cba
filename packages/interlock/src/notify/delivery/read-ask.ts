import type { Locale } from "../../api/localised.ts";
import type { Sealer } from "../../access/sealer.ts";
import type { Control } from "../../control/control.ts";

/** A question that is to be sent; undefined when it was answered, is too old, or went out already. */
export async function readAsk(
  { control, sealer }: { control: Control; sealer: Sealer },
  id: string,
): Promise<{ token: string; locale: Locale; isFirst: boolean } | undefined> {
  const [row] = await control.query<{ sealed_token: Uint8Array; locale: Locale; is_first: boolean }>(
    `select a.sealed_token, a.locale, s.confirmed_at is null as is_first
       from interlock_control.subscription_asks a
       join interlock_control.subscribers s on s.id = a.subscriber
      where a.id = $1::text and a.sealed_token is not null and a.confirmed_at is null
        and a.expires_at > clock_timestamp()`,
    [id],
  );
  if (row === undefined) return undefined;
  return { token: sealer.open(row.sealed_token, `ask/${id}`), locale: row.locale, isFirst: row.is_first };
}
