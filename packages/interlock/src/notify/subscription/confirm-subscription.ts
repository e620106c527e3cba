import type { Locale } from "../../api/localised.ts";
import type { Transaction } from "../../control/control.ts";
import type { NotifyServices } from "../services.ts";
import { hashOfSecretToken, looksLikeSecretToken } from "./secret-token.ts";

/** `already` is as good as `confirmed`: whoever presses the button twice has what they want. */
export type Confirmed = { outcome: "confirmed" | "already"; locale: Locale } | { outcome: "not-valid" };

interface AskRow {
  id: string;
  subscriber: string;
  format: string | null;
  locale: Locale;
  components: string[];
  kinds: string[];
  confirmed_at: Date | null;
  is_over: boolean;
}

/** Whoever has the address wants what was asked for: from now on they are told. */
export async function confirmSubscription(
  { control }: Pick<NotifyServices, "control">,
  { token, by }: { token: string; by: "link" | "answer" },
): Promise<Confirmed> {
  if (!looksLikeSecretToken(token)) return { outcome: "not-valid" };
  return control.transact(async (transaction) => {
    const [ask] = await transaction.query<AskRow>(
      `select a.id, a.subscriber, a.format, a.locale, a.components, a.kinds, a.confirmed_at,
              (a.expires_at <= clock_timestamp() or s.state = 'ended') as is_over
         from interlock_control.subscription_asks a
         join interlock_control.subscribers s on s.id = a.subscriber
        where a.token_sha256 = $1::bytea
          for update of s, a`,
      [hashOfSecretToken(token)],
    );
    if (ask === undefined) return { outcome: "not-valid" };
    if (ask.is_over) return { outcome: "not-valid" };
    if (ask.confirmed_at !== null) return { outcome: "already", locale: ask.locale };
    await carryOut(transaction, { ask, by });
    return { outcome: "confirmed", locale: ask.locale };
  });
}

async function carryOut(
  { query, audit, emit }: Transaction,
  { ask, by }: { ask: AskRow; by: string },
): Promise<void> {
  const { id, subscriber, format, locale, components, kinds } = ask;
  await query(
    `update interlock_control.subscription_asks set confirmed_at = clock_timestamp(), sealed_token = null
      where id = $1::text and confirmed_at is null`,
    [id],
  );
  await query(
    `update interlock_control.subscribers
        set state = 'active', confirmed_at = coalesce(confirmed_at, clock_timestamp()), format = $2::text,
            locale = $3::text, components = $4::text[], kinds = $5::text[]
      where id = $1::text and state <> 'ended'`,
    [subscriber, format, locale, components, kinds],
  );
  const detail = { by, locale, kinds };
  audit({ actor: "subscriber", action: "subscriber.confirm", subject: subscriber, detail });
  emit({ kind: "subscriber-confirmed", subject: subscriber, detail: { locale } });
}
