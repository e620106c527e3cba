import type { FastifyInstance, FastifyRequest } from "fastify";
import { asBytea } from "../database/bytea.ts";
import { DatabaseBusy } from "../database/database.ts";
import { hashSecret } from "../database/secret.ts";
import { reportSparingly } from "../platform/report.ts";
import type { Terminal, TerminalContext } from "./context.ts";
import {
  envelope,
  eventEnvelope,
  failure,
  type EventNotification,
  type SaleToPOIRequest,
  type ServiceResponse,
} from "./nexo/message.ts";
import { envelopeSchema } from "./nexo/schema.ts";
import { services } from "./services/all.ts";
import { terminalStatements } from "./statements/all.ts";
import type { TerminalRow } from "./statements/terminal.ts";

/** POST /nexo: one address for every service, as the message header says. */
export function addRoutes(app: FastifyInstance, context: TerminalContext): void {
  app.post<{ Body: { SaleToPOIRequest: SaleToPOIRequest } }>(
    "/nexo",
    { schema: { body: envelopeSchema } },
    async (request, reply) => {
      const message = request.body.SaleToPOIRequest;
      const header = message.MessageHeader;
      try {
        const terminal = await identify(context, request.headers.authorization);
        if (terminal === undefined || terminal.poi_id !== header.POIID) {
          return await reply.code(401).send({ error: "The token is not this terminal's." });
        }
        const answer = await serve(context, { terminal, message, request });
        return await reply.send(
          "Response" in answer ? envelope(header, answer) : eventEnvelope(header, answer),
        );
      } catch (error) {
        if (!(error instanceof DatabaseBusy)) throw error;
        return reply.send(envelope(header, failure("Busy", "There is too much to do: ask again.")));
      }
    },
  );
  app.setErrorHandler(async (error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.code(error.statusCode).send({ error: error.message });
    }
    const code = error.code ?? error.name;
    reportSparingly(code, { event: "request-failed", route: request.routeOptions.url ?? "?", code });
    return reply.code(500).send({ error: "Something went wrong on our side." });
  });
}

async function identify(
  { database }: TerminalContext,
  authorization: string | undefined,
): Promise<Terminal | undefined> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
  if (token === undefined) return undefined;
  const [terminal] = await database.run<TerminalRow>(terminalStatements.findTerminal, [
    asBytea(hashSecret(token)),
  ]);
  return terminal;
}

async function serve(
  context: TerminalContext,
  from: { terminal: Terminal; message: SaleToPOIRequest; request: FastifyRequest },
): Promise<ServiceResponse | EventNotification> {
  const { terminal, message } = from;
  const header = message.MessageHeader;
  const { schema, needsLogin, serve: carryOut } = services[header.MessageCategory];
  const name = `${header.MessageCategory}Request`;
  const request = message[name];
  const validate = from.request.compileValidationSchema(schema);
  if (!validate(request)) {
    const [problem] = validate.errors ?? [];
    return failure(
      "MessageFormat",
      `${name}${problem?.instancePath ?? ""} ${problem?.message ?? "is wrong"}`,
    );
  }
  if (needsLogin && terminal.logged_in_for === null) {
    return failure("LoggedOut", "The terminal must log in first.");
  }
  if (needsLogin && terminal.logged_in_for !== header.SaleID) {
    return failure("NotAllowed", "The terminal has logged in for another cash register.");
  }
  return carryOut(context, { terminal, header, request: request as never });
}
