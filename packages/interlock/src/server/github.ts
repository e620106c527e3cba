import type { FastifyPluginAsync } from "fastify";
import { buildParamsSchema, buildRequestSchema, buildSchema, githubRequestsSchema } from "../api/github.ts";
import type { Control } from "../control/control.ts";
import { putBuild } from "../gate/github/builds.ts";
import { listGithubRequests } from "../gate/github/list-requests.ts";
import { protectionRequestSchema } from "../gate/github/protection-request.ts";
import type { GithubSettings } from "../gate/github/settings.ts";
import { isSignedBy } from "../gate/github/signature.ts";
import { takeRequest } from "../gate/github/take-request.ts";
import { Failure } from "../std/failure.ts";
import { route, type Route } from "./route.ts";

/** What a pipeline tells about its commits, and what became of GitHub's questions. */
export function githubRoutes({ control }: { control: Control }): Route[] {
  return [
    route({
      method: "PUT",
      path: "/integrations/github/builds/:sha",
      summary: "Says which app version a commit was built as.",
      description:
        "GitHub's deployment protection rules ask about commits, the gate answers about app versions. A commit may be built as several apps: push each.",
      scope: "release:write",
      status: 200,
      params: buildParamsSchema,
      body: buildRequestSchema,
      answer: buildSchema,
      async handle({ params, body, caller }) {
        const at = body.appVersion.indexOf("@");
        const app = body.appVersion.slice(0, at);
        const version = body.appVersion.slice(at + 1);
        const build = { repository: body.repository, sha: params.sha, app, version };
        const { repository, sha } = await putBuild({ control }, { build, caller });
        return { repository, sha, appVersion: body.appVersion };
      },
    }),
    route({
      method: "GET",
      path: "/integrations/github/requests",
      summary: "The last hundred deployments that GitHub asked about.",
      scope: "read",
      status: 200,
      answer: githubRequestsSchema,
      async handle() {
        return { requests: await listGithubRequests(control) };
      },
    }),
  ];
}

/** GitHub's own limit for a delivery is 25 MB; what is needed of it is far smaller. */
const largestDelivery = 1024 * 1024;

/** From one address in a minute, signed or not. */
const mostDeliveries = 300;

/**
 * Where GitHub sends its `deployment_protection_rule` deliveries. There is no token: a delivery is believed for its
 * signature, over the bytes as they came, before anything in it is read. Without settings there is nothing here.
 */
export function githubDeliveries({
  control,
  settings,
}: {
  control: Control;
  settings: GithubSettings | null;
}): FastifyPluginAsync {
  return async (app) => {
    if (settings === null) return;
    // The signature is over bytes, so nothing may parse them before.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
      done(null, body);
    });
    app.post(
      "/integrations/github/deployment-protection",
      {
        bodyLimit: largestDelivery,
        schema: { hide: true },
        config: { rateLimit: { max: mostDeliveries, timeWindow: 60_000 } },
      },
      async (request, reply) => {
        const { headers } = request;
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const signed = isSignedBy(settings.webhookSecret, { body, header: headers["x-hub-signature-256"] });
        if (!signed) throw notSigned();
        if (headers["x-github-event"] !== "deployment_protection_rule") {
          return reply.status(202).send({ taken: false, why: "Interlock has no use for this event." });
        }
        const delivery = headers["x-github-delivery"];
        if (typeof delivery !== "string" || !/^[\x21-\x7e]{1,100}$/.test(delivery)) {
          throw notUnderstood("X-GitHub-Delivery is missing.");
        }
        const isNew = await takeRequest({ control, settings }, { request: read(body), delivery });
        return reply.status(202).send({ taken: isNew });
      },
    );
  };
}

function read(body: Buffer) {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw notUnderstood("It is no JSON: set the webhook's content type to application/json.");
  }
  const parsed = protectionRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
  throw notUnderstood(`Not as expected: ${fields}.`);
}

function notSigned(): Failure {
  return new Failure({
    code: "unauthenticated",
    message: "The delivery is not signed with the webhook's secret.",
    state: "Nothing was noted down.",
    next: "Give the App's webhook and INTERLOCK_GITHUB_WEBHOOK_SECRET the same secret.",
  });
}

function notUnderstood(why: string): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The delivery can't be used.",
    why,
    state: "Nothing was noted down.",
  });
}
