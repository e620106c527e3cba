import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import type { Delivery } from "../test-cards.ts";
import { drawFault, type Faults } from "./faults.ts";

/** The way between the platform and the acquirer, with all that can go wrong on it. */
export interface Network {
  faults: Faults;
  random: () => number;
  /** How long the next request takes, in milliseconds. */
  latencyMs: () => number;
  /** How long "late" is. */
  lateMs: number;
}

/** Carries a request to `decide` and its answer back, as the card says (`delivery`) or worse. */
export async function carry(
  network: Network,
  {
    reply,
    delivery,
    decide,
  }: { reply: FastifyReply; delivery: () => Delivery; decide: () => Promise<object> },
): Promise<FastifyReply> {
  const fault = drawFault(network.faults, network.random);
  await sleep(network.latencyMs());
  switch (fault ?? delivery()) {
    case "down":
      return reply.code(503).send({ code: "down", message: "The acquirer is down." });
    case "given":
      return reply.send(await decide());
    case "lost":
      await decide();
      // The decision stands and is on disk; the line breaks before anybody hears of it.
      reply.raw.destroy();
      return reply.hijack();
    case "late": {
      const answer = await decide();
      await sleep(network.lateMs);
      return reply.send(answer);
    }
    case "decided-late":
      await sleep(network.lateMs);
      return reply.send(await decide());
    case "twice": {
      // Two arrive together and one comes after the answer was known; all must say the same.
      const [first, second] = await Promise.all([decide(), decide()]);
      const third = await decide();
      const said = JSON.stringify(first);
      if (JSON.stringify(second) !== said || JSON.stringify(third) !== said) {
        throw new Error("one request was given two decisions");
      }
      return reply.send(third);
    }
  }
}
