import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { eventsQuerySchema, lastEventIdSchema, type EventOnWire } from "../api/events.ts";
import { problemSchema } from "../api/problem.ts";
import type { EventFeed } from "../control/event-feed.ts";
import type { ControlEvent } from "../control/read-events.ts";
import { factsOf, Failure } from "../std/failure.ts";
import type { Log } from "../std/log.ts";
import type { Admit, Authenticate } from "./admission.ts";

export interface EventsOptions {
  feed: EventFeed;
  admit: Admit;
  authenticate: Authenticate;
  stopping: AbortSignal;
  log: Log;
  /** Readers of this server at most. */
  most?: number;
  heartbeatMs?: number;
  /** How long a reader that takes nothing is kept. */
  slowMs?: number;
}

/**
 * GET /api/v1/events: server-sent events. A reader begins with what comes now, or after the event that it saw last.
 * A comment every 15 seconds keeps proxies from closing the connection; the token is looked at again then. A reader
 * that does not take what it is sent is dropped: it comes back and goes on where it was.
 */
export function registerEvents(app: FastifyInstance, options: EventsOptions): void {
  const { feed, admit, stopping, log, most = 200 } = options;
  let readers = 0;
  app.get("/api/v1/events", {
    schema: {
      summary: "What happens, as it happens: server-sent events.",
      description:
        "Each event's id is its number: send the last one as Last-Event-ID (browsers do) to miss none; `?environment=` narrows to one environment, `?after=` begins after an event. Events are kept for seven days.\n\nNeeds a token with the scope `read`.",
      operationId: "getEvents",
      tags: ["events"],
      security: [{ token: [] }],
      response: {
        200: { description: "A stream", content: { "text/event-stream": { schema: z.string() } } },
        default: problemSchema,
      },
    },
    onRequest: async (request) => {
      await admit(request, { scope: "read" });
    },
    handler: async (request, reply) => {
      const { environment, after } = readWish(request);
      if (stopping.aborted || readers >= most) throw tooMany(most);
      readers += 1;
      reply.hijack();
      const { raw } = reply;
      const gone = new AbortController();
      raw.once("close", () => gone.abort());
      raw.writeHead(200, {
        ...headersOf(reply.getHeaders()),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // Otherwise it would stay open when the stream ends, and a server that stops would wait for it.
        connection: "close",
        // Nginx would collect the events and send them all at once.
        "x-accel-buffering": "no",
        "x-request-id": request.id,
      });
      raw.write("retry: 2000\n\n");
      const signal = AbortSignal.any([gone.signal, stopping]);
      const heartbeat = keepAlive(raw, { ...options, gone, request });
      try {
        const from = after === undefined ? {} : { after };
        for await (const event of feed.follow({ ...from, signal })) {
          if (environment !== undefined && event.environment !== environment) continue;
          await send(raw, { event, signal, slowMs: options.slowMs ?? 30_000 });
        }
      } catch (error) {
        if (!signal.aborted) {
          const { code, message } = factsOf(error);
          log.warn({ request: request.id, code }, `a reader of events was dropped: ${message}`);
        }
      } finally {
        clearInterval(heartbeat);
        readers -= 1;
        // Ended where it can be, so that the reader sees an end and not an error.
        if (raw.writableNeedDrain) raw.destroy();
        else raw.end();
      }
    },
  });
}

function readWish(request: FastifyRequest): { environment: string | undefined; after: string | undefined } {
  const query = eventsQuerySchema.safeParse(request.query);
  const header = request.headers["last-event-id"];
  const last = lastEventIdSchema.optional().safeParse(header === "" ? undefined : header);
  if (query.success && last.success) {
    return { environment: query.data.environment, after: last.data ?? query.data.after };
  }
  throw new Failure({
    code: "input-not-valid",
    message: "The request is not valid.",
    why: "It takes `environment`, a name, and `after` or the header Last-Event-ID, the number of an event.",
    state: "Nothing was sent.",
    next: "Correct them; /api/v1/docs shows what each address takes.",
  });
}

/** The headers that hooks have set, which an answer of our own does not send by itself. */
function headersOf(headers: Record<string, number | string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

function keepAlive(
  raw: ServerResponse,
  {
    heartbeatMs = 15_000,
    authenticate,
    gone,
    request,
  }: EventsOptions & { gone: AbortController; request: FastifyRequest },
): NodeJS.Timeout {
  return setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(": here\n\n");
    authenticate(request.headers.authorization).catch((error: unknown) => {
      // Revoked or expired while it was listening; a control database that is away for a moment is no reason.
      if (factsOf(error).code === "unauthenticated") gone.abort();
    });
  }, heartbeatMs);
}

/** Sends one event, and waits until there is room for the next one; not for ever. */
async function send(
  raw: ServerResponse,
  { event, signal, slowMs }: { event: ControlEvent; signal: AbortSignal; slowMs: number },
): Promise<void> {
  const { number, at, kind, environment, subject, detail } = event;
  const data: EventOnWire = { number, at: at.toISOString(), kind, environment, subject, detail };
  if (raw.write(`id: ${number}\nevent: ${oneLine(kind)}\ndata: ${JSON.stringify(data)}\n\n`)) return;
  await once(raw, "drain", { signal: AbortSignal.any([signal, AbortSignal.timeout(slowMs)]) });
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, " ");
}

function tooMany(most: number): Failure {
  return new Failure({
    code: "too-many-readers",
    message: "This server has as many readers of events as it takes.",
    why: `At most ${String(most)} are served at once.`,
    state: "Nothing was sent.",
    next: "Close one, or ask another server.",
  });
}
