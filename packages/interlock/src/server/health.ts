import type { FastifyInstance } from "fastify";
import type { Control } from "../control/control.ts";
import { factsOf } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";

/** How long the control database may take to answer. */
const readyWithinMs = 2_000;

/**
 * /healthz: this process answers; restart it when it doesn't. /readyz: it can do its work, so requests may be sent
 * to it; 503 while the control database can't be reached or the server is about to stop. Neither needs a token.
 */
export function registerHealth(
  app: FastifyInstance,
  { control, stopping }: { control: Pick<Control, "query">; stopping: AbortSignal },
): void {
  app.get("/healthz", { schema: { hide: true } }, async () => ({ status: "ok" }));
  app.get("/readyz", { schema: { hide: true } }, async (_request, reply) => {
    const why = stopping.aborted ? "stopping" : await whyNotReady(control);
    if (why === undefined) return { status: "ready" };
    return reply.status(503).send({ status: "not-ready", why });
  });
}

async function whyNotReady(control: Pick<Control, "query">): Promise<string | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([
      control.query("select 1").then(() => undefined),
      sleep(readyWithinMs, late.signal).then(
        () => "control-too-slow",
        () => undefined,
      ),
    ]);
  } catch (error) {
    return factsOf(error).code;
  } finally {
    late.abort();
  }
}
