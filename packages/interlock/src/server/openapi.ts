import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform } from "fastify-type-provider-zod";
import { version } from "../std/version.ts";

/** The page runs its own scripts only, asks nobody but this server, and can't be framed. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI sets styles on its elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Describes every route that is registered after it as OpenAPI 3.1 at /api/v1/openapi.json, with a page to browse
 * it at /api/v1/docs. Neither needs a token: they say what the source code says.
 */
export async function registerOpenapi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Interlock",
        version: version(),
        description:
          "Who may deploy what, now. Every answer that is no success is a problem: a permanent `code`, what happened (`message`), why, what state things are in, and what to do now (`next`).",
      },
      servers: [{ url: "/", description: "This server" }],
      components: {
        securitySchemes: {
          token: {
            type: "http",
            scheme: "bearer",
            description: "An API token: `ilk_…`, made with `interlock token make`.",
          },
        },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: "any" } }),
  });
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: "/api/v1/docs",
    staticCSP: policy,
    theme: { title: "Interlock API" },
    uiConfig: {
      url: "/api/v1/openapi.json",
      // Without the bar that would load other documents.
      layout: "BaseLayout",
      deepLinking: true,
      displayRequestDuration: true,
      persistAuthorization: false,
      validatorUrl: null,
      docExpansion: "list",
    },
  });
}
