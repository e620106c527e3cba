import { Client } from "pg";

/** Where in an executor's conversation with the server something is killed. */
export interface KillPlace {
  /** The number of the message, from 1, of the session that does the work. */
  message: number;
  /** Before it is sent, `afterMs` after it was sent, or once it was answered and nothing was made of the answer. */
  moment: "before" | "sent" | "answered";
  afterMs: number;
}

type Query = (this: Client, ...values: unknown[]) => unknown;

/**
 * Calls `kill` at a place in the conversation of the first session that is opened from now on, and counts its
 * messages. The answer puts everything back and says how many there were.
 */
export function watchMessages(place: KillPlace | undefined, kill: (session: Client) => void): () => number {
  const original = Reflect.get(Client.prototype, "query") as Query;
  const sessions = new Set<Client>();
  let messages = 0;
  const watched: Query = function (this: Client, ...values) {
    sessions.add(this);
    const [first] = sessions;
    if (this !== first) return original.apply(this, values);
    messages += 1;
    const here = messages === place?.message ? place : undefined;
    if (here?.moment === "before") kill(this);
    const answer = original.apply(this, values);
    if (here?.moment === "sent") setTimeout(() => kill(this), here.afterMs);
    if (here?.moment === "answered" && answer instanceof Promise) {
      const strike = (): void => kill(this);
      answer.then(strike, strike);
    }
    return answer;
  };
  Reflect.set(Client.prototype, "query", watched);
  return () => {
    Reflect.set(Client.prototype, "query", original);
    return messages;
  };
}

const moments = ["before", "sent", "answered"] as const;

/** How many messages set a session up, before anything of a change is done. */
const setUp = 20;

/** A place among so many messages, few of them before the change is begun; of those sent, half are struck at once and half somewhere in their work. */
export function placeOf(random: () => number, messages: number): KillPlace {
  const moment = moments[Math.floor(random() * moments.length)] ?? "sent";
  return {
    message:
      random() < 0.1
        ? 1 + Math.floor(random() * setUp)
        : setUp + 1 + Math.floor(random() * (messages - setUp)),
    moment,
    afterMs: random() < 0.5 ? 0 : Math.floor(random() * 25),
  };
}

/** A small generator of numbers from 0 to 1 (mulberry32), so that a seed says where a run was killed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
