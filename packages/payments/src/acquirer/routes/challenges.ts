import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { languageFor } from "../../page/negotiation.ts";
import { challengePolicy, renderChallengeEnd, renderChallengePage } from "../challenge-page.ts";
import type { Challenge } from "../journal/challenges.ts";
import { answerChallenge } from "../operations/answer-challenge.ts";
import { behaviourOf } from "../test-cards.ts";
import type { AcquirerServer } from "./server.ts";

interface Route {
  Params: { id: string };
  Body: { code?: string; cancel?: string } | null;
}

/** GET and POST /challenges/{id}: where the card holder proves who they are, and is then sent back. */
export function addChallenges(app: FastifyInstance, server: AcquirerServer): void {
  const { journal } = server;
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 4_096 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.get<Route>("/challenges/:id", async (request, reply) => {
    const challenge = journal.challenges.find(request.params.id);
    if (challenge === undefined)
      return html(reply.code(404), { page: renderChallengeEnd("unknown", languageFor(request)) });
    if (journal.decisions.find(challenge.reference) !== undefined)
      return sendBack(server, { challenge, request, reply });
    return show(server, { challenge, request, reply, isMistyped: false });
  });
  app.post<Route>("/challenges/:id", async (request, reply) => {
    const challenge = journal.challenges.find(request.params.id);
    if (challenge === undefined)
      return html(reply.code(404), { page: renderChallengeEnd("unknown", languageFor(request)) });
    const known = journal.decisions.find(challenge.reference) !== undefined;
    const code = request.body?.cancel === undefined ? String(request.body?.code ?? "").trim() : null;
    if (!known && code !== null && !/^[0-9]{6}$/.test(code)) {
      return show(server, { challenge, request, reply: reply.code(422), isMistyped: true });
    }
    await answerChallenge(server, { challenge, code });
    if (!known && behaviourOf(journal.vault.find(challenge.token)?.profile ?? "").losesReturn) {
      reply.raw.destroy();
      return reply.hijack();
    }
    return sendBack(server, { challenge, request, reply });
  });
}

async function show(
  { journal }: AcquirerServer,
  {
    challenge,
    request,
    reply,
    isMistyped,
  }: { challenge: Challenge; request: FastifyRequest<Route>; reply: FastifyReply; isMistyped: boolean },
): Promise<FastifyReply> {
  // A browser that has the page may close and come back after a crash.
  await journal.durable();
  const last4 = journal.vault.find(challenge.token)?.last4 ?? "";
  const language = languageFor(request);
  const page = renderChallengePage({ amountCents: challenge.amountCents, last4, isMistyped, language });
  return html(reply, { page, returnUrl: challenge.returnUrl });
}

async function sendBack(
  { journal }: AcquirerServer,
  {
    challenge: { returnUrl },
    request,
    reply,
  }: { challenge: Challenge; request: FastifyRequest<Route>; reply: FastifyReply },
): Promise<FastifyReply> {
  await journal.durable();
  return returnUrl === null
    ? html(reply, { page: renderChallengeEnd("over", languageFor(request)) })
    : reply.code(303).header("location", returnUrl).header("cache-control", "no-store").send();
}

function html(
  reply: FastifyReply,
  { page, returnUrl = null }: { page: string; returnUrl?: string | null },
): FastifyReply {
  return reply
    .header("content-type", "text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .header("referrer-policy", "no-referrer")
    .header("x-content-type-options", "nosniff")
    .header("content-security-policy", challengePolicy(returnUrl))
    .send(page);
}
