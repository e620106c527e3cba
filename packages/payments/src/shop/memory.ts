import { isDeepStrictEqual } from "node:util";
import type { Balancer } from "./balancer.ts";

type Json = Record<string, unknown>;

interface Told {
  path: string;
  headers: Readonly<Record<string, string>>;
  /** What was said last; undefined: that it is not there any more. */
  answer: Json | undefined;
}

/** What the shop finds when it looks at everything again. */
export interface Recheck {
  objects: number;
  /** What is not as it was told, in words; the first of them. */
  wrong: string[];
  /** How many of them there are. */
  wrongCount: number;
}

const mostTold = 200_000;
const mostShown = 20;
const atOnce = 12;
const mostAttempts = 3;

/**
 * What merchants were told of their objects, to be held against what they are told later, by whichever release: a
 * row that was lost or changed on the way shows there.
 */
export class Memory {
  readonly #told = new Map<string, Told>();

  /** The object at `path` was said to be so. */
  keep(path: string, { headers, answer }: { headers: Told["headers"]; answer: Json }): void {
    const key = keyOf(path, headers);
    if (this.#told.size < mostTold || this.#told.has(key))
      this.#told.set(key, { path, headers, answer: lasting(answer) });
  }

  /** The object at `path` was taken away. */
  keepGone(path: string, headers: Told["headers"]): void {
    this.#told.set(keyOf(path, headers), { path, headers, answer: undefined });
  }

  /** Asks for every object again. */
  async recheck(api: Balancer): Promise<Recheck> {
    const wrong: string[] = [];
    const left = [...this.#told.values()];
    const objects = left.length;
    const look = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const difference = await compare(api, next);
        if (difference !== undefined) wrong.push(`${next.path}: ${difference}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, look));
    return { objects, wrong: wrong.slice(0, mostShown), wrongCount: wrong.length };
  }
}

/** An address may be a different object for everybody who asks. */
function keyOf(path: string, headers: Told["headers"]): string {
  return `${headers["authorization"] ?? ""} ${path}`;
}

async function compare(api: Balancer, { path, headers, answer }: Told): Promise<string | undefined> {
  const expect = answer === undefined ? 404 : 200;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const now = await api.call({ step: "look again", method: "GET", path, headers, expect });
      return answer === undefined ? undefined : differences(answer, lasting(now));
    } catch (error) {
      if (attempt === mostAttempts) return String(error);
    }
  }
}

/** Without what changes by itself: whether a merchant has heard of it. */
function lasting(answer: Json): Json {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== "notification"));
}

function differences(told: Json, now: Json): string | undefined {
  const names = new Set([...Object.keys(told), ...Object.keys(now)]);
  const found = [...names].filter(
    (name) => !isDeepStrictEqual(told[name], now[name]) && !isCut(told[name], now[name]),
  );
  if (found.length === 0) return undefined;
  return found
    .map((name) => `${name} was ${JSON.stringify(told[name])} and is ${JSON.stringify(now[name])}`)
    .join(", ");
}

/** Names of companies may be cut, at a length that the service chooses: change 18 does. */
function isCut(told: unknown, now: unknown): boolean {
  return typeof told === "string" && typeof now === "string" && now.length >= 100 && told.startsWith(now);
}
