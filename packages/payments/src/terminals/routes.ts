import type { FastifyInstance } from "fastify";
import { asBytea } from "../database/bytea.ts";
import { hashSecret } from "../database/secret.ts";
import { reportSparingly } from "../platform/report.ts";
import type { Terminal, TerminalContext } from "./context.ts";
import { envelope, failure, requestSchema, type SaleToPOIRequest, type ServiceResponse } from "./nexo.ts";
import { login } from "./services/login.ts";
import { payment } from "./services/payment.ts";
import { transactionStatus } from "./services/transaction-status.ts";
import { terminalStatements, type TerminalRow } from "./statements.ts";

/** POST /nexo: one address for every service, as the message header says. */
export function addRoutes(app: FastifyInstance, context: TerminalContext): void {
  app.post<{ Body: { SaleToPOIRequest: SaleToPOIRequest } }>(
    "/nexo",
    { schema: { body: requestSchema } },
    async (request, reply) => {
      const message = request.body.SaleToPOIRequest;
      const header = message.MessageHeader;
      const terminal = await identify(context, request.headers.authorization);
      if (terminal === undefined || terminal.poi_id !== header.POIID) {
        return reply.code(401).send({ error: "The token is not this terminal's." });
      }
      return reply.send(envelope(header, await serve(context, { terminal, message })));
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
  { terminal, message }: { terminal: Terminal; message: SaleToPOIRequest },
): Promise<ServiceResponse> {
  const header = message.MessageHeader;
  const { LoginRequest, PaymentRequest, TransactionStatusRequest } = message;
  switch (header.MessageCategory) {
    case "Login":
      if (LoginRequest === undefined) return failure("MessageFormat", "LoginRequest is missing.");
      return login(context, { terminal, header });
    case "Payment":
      if (PaymentRequest === undefined) return failure("MessageFormat", "PaymentRequest is missing.");
      if (!terminal.logged_in) return failure("LoggedOut", "The terminal must log in first.");
      return payment(context, { terminal, header, request: PaymentRequest });
    case "TransactionStatus":
      if (TransactionStatusRequest === undefined) {
        return failure("MessageFormat", "TransactionStatusRequest is missing.");
      }
      return transactionStatus(context, { terminal, request: TransactionStatusRequest });
  }
}
