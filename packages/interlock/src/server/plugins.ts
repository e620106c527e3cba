import type { FastifyPluginAsync } from "fastify";
import { answerCallPage } from "./answer-call.ts";
import { githubDeliveries } from "./github.ts";
import { signalDeliveries } from "./signal-deliveries.ts";
import { subscriptionPages } from "./subscription-pages.ts";
import type { Services } from "./services.ts";
import { statusPage } from "./serve-status-page.ts";

/** What is no route with a token and JSON, one line each. */
export function allPlugins(services: Services): FastifyPluginAsync[] {
  return [
    answerCallPage(services),
    githubDeliveries({ control: services.control, settings: services.github }),
    signalDeliveries(services),
    subscriptionPages(services),
    statusPage(services.publication),
  ];
}
