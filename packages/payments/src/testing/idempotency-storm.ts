import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../acquirer/network/random.ts";
import type { Answer, Platform } from "./platform.ts";
import { approvedCard, makePaid } from "./platform.ts";

export interface StormOptions {
  /** How many Idempotency-Keys, and how many equal requests with each at the same time. */
  keys: number;
  duplicates: number;
  /** How many keys are in flight at once. */
  keysAtOnce: number;
  /** Draws what each key is used for. */
  seed: number;
}

/** What came of it: `problems` is empty when every key had one effect and one answer. */
export interface StormResult {
  requests: number;
  /** How often each status was answered to the duplicates. */
  statuses: Record<string, number>;
  problems: string[];
}

interface KeyUse {
  key: string;
  kind: "payment" | "charge" | "refund" | "refused refund";
  path: string;
  body: { amount: number; metadata: { storm: string } } & Record<string, unknown>;
}

const mostTries = 200;
const pauseMs = 20;

/**
 * Sends many requests, each of them several times at once under one Idempotency-Key: new payments, charges of a
 * saved card, refunds, and refunds that are refused. Then counts in the database what they did.
 */
export async function runIdempotencyStorm(platform: Platform, options: StormOptions): Promise<StormResult> {
  const uses = await planUses(platform, options);
  const result: StormResult = { requests: 0, statuses: {}, problems: [] };
  const left = [...uses];
  const lane = async (): Promise<void> => {
    for (let use = left.pop(); use !== undefined; use = left.pop()) {
      await useKey(platform, { use, duplicates: options.duplicates, result });
    }
  };
  await Promise.all(Array.from({ length: options.keysAtOnce }, lane));
  result.problems.push(...(await countEffects(platform, uses)));
  return result;
}

async function planUses(platform: Platform, { keys, seed }: StormOptions): Promise<KeyUse[]> {
  const random = seededRandom(seed);
  const card = await saveCard(platform);
  // Refunds of 10 cents: about 40 of each of these, which has room for 100.
  const paid: string[] = [];
  for (let made = 0; made < Math.ceil(keys / 200); made++) paid.push(await makePaid(platform, 2_000_000));
  const unpaid = String((await create(platform, { amount: 1_000 })).json["id"]);
  return Array.from({ length: keys }, (_, number) => {
    const key = `storm-${String(seed)}-${String(number)}`;
    const metadata = { storm: key };
    const drawn = random();
    if (drawn < 0.6) {
      return {
        key,
        kind: "payment",
        path: "/v1/payments",
        body: { amount: 1_000, currency: "EUR", metadata },
      };
    }
    if (drawn < 0.75) {
      const body = { amount: 1_000, currency: "EUR", metadata, payment_method: card };
      return { key, kind: "charge", path: "/v1/payments", body };
    }
    const kind = drawn < 0.95 ? "refund" : "refused refund";
    const id = kind === "refund" ? paid[number % paid.length] : unpaid;
    return { key, kind, path: `/v1/payments/${String(id)}/refunds`, body: { amount: 10, metadata } };
  });
}

async function useKey(
  platform: Platform,
  { use, duplicates, result }: { use: KeyUse; duplicates: number; result: StormResult },
): Promise<void> {
  const send = async (body: object): Promise<Answer> => {
    result.requests += 1;
    const headers = { "idempotency-key": use.key };
    return platform.call({ method: "POST", path: use.path, body, headers });
  };
  // From its first answer on, whatever that is, the key belongs to this body.
  const claimed = Promise.withResolvers<void>();
  const one = async (): Promise<string> => {
    for (let tries = 0; tries < mostTries; tries++) {
      const { status, text } = await send(use.body);
      claimed.resolve();
      result.statuses[status] = (result.statuses[status] ?? 0) + 1;
      if (status !== 409) return `${String(status)} ${text}`;
      await sleep(pauseMs);
    }
    return "never answered";
  };
  // Another body is refused, while the first is worked on and after it.
  const [answers, between] = await Promise.all([
    Promise.all(Array.from({ length: duplicates }, one)),
    claimed.promise.then(async () => send({ ...use.body, amount: use.body.amount + 1 })),
  ]);
  const after = await send({ ...use.body, amount: use.body.amount + 1 });
  const different = new Set(answers).size;
  const expected = use.kind === "refused refund" ? "400 " : "201 ";
  const { problems } = result;
  if (different !== 1) problems.push(`${use.key}: ${String(different)} different answers`);
  if (answers[0]?.startsWith(expected) !== true) problems.push(`${use.key}: ${String(answers[0])}`);
  if (after.status !== 422) problems.push(`${use.key}: another body got ${String(after.status)} afterwards`);
  if (between.status !== 422)
    problems.push(`${use.key}: another body got ${String(between.status)} meanwhile`);
}

/** Each key has one effect where it was to have one, and none where it was refused. */
async function countEffects({ sql }: Platform, uses: readonly KeyUse[]): Promise<string[]> {
  const { rows } = await sql.query<{ key: string; effects: number }>(
    `select made.key, count(*)::integer as effects from (
       select metadata ->> 'storm' as key from payments
       union all select metadata ->> 'storm' from refunds where state = 'succeeded'
     ) as made where made.key is not null group by made.key`,
  );
  const effects = new Map(rows.map(({ key, effects: count }) => [key, count]));
  return uses.flatMap(({ key, kind }) => {
    const found = effects.get(key) ?? 0;
    return found === (kind === "refused refund" ? 0 : 1)
      ? []
      : [`${key}: ${String(found)} effects of a ${kind}`];
  });
}

async function create(platform: Platform, body: object): Promise<Answer> {
  return platform.call({ method: "POST", path: "/v1/payments", body: { currency: "EUR", ...body } });
}

async function saveCard(platform: Platform): Promise<string> {
  const path = `/v1/payments/${String((await create(platform, { amount: 1_000, save_card: true })).json["id"])}`;
  await platform.call({
    method: "POST",
    path: path.replace("/v1/payments", "/pay"),
    body: approvedCard,
    key: null,
  });
  const { card } = (await platform.call({ path })).json as { card: { id: string } };
  return card.id;
}
