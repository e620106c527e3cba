import { asBytea } from "../database/bytea.ts";
import { hashSecret } from "../database/secret.ts";
import type { Caller, Context } from "./context.ts";
import { Refusal } from "./refusal.ts";

/** How long a key that was revoked may still work. */
const rememberedMs = 10_000;
const mostRemembered = 10_000;

/** Finds out who calls from `Authorization: Bearer sk_…`; throws a 401 `Refusal` otherwise. */
export function createAuthentication(
  context: Context,
): (authorization: string | undefined) => Promise<Caller> {
  const remembered = new Map<string, { caller: Caller; until: number }>();
  return async (authorization) => {
    const key = /^Bearer (sk_(?:test|live)_[0-9A-Za-z_-]+)$/.exec(authorization ?? "")?.[1];
    if (key === undefined) throw new Refusal(401, "A secret key is needed: Authorization: Bearer sk_…");
    const hash = hashSecret(key);
    const name = hash.toString("latin1");
    const known = remembered.get(name);
    if (known !== undefined && known.until > Date.now()) return known.caller;
    const [row] = await context.database.run<{ merchant_id: string; is_live: boolean }>(
      context.statements.findApiKey,
      [asBytea(hash)],
    );
    if (row === undefined) throw new Refusal(401, "This secret key is not known, or has been revoked.");
    const caller = { merchantId: row.merchant_id, isLive: row.is_live };
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(name, { caller, until: Date.now() + rememberedMs });
    return caller;
  };
}
