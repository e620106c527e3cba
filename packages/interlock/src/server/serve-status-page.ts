import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { answer } from "../statuspage/serve/answer.ts";
import type { Publication } from "../statuspage/publication.ts";

const prefix = "/status";

/** The public page at /status: no token, the same bytes as in the directory and the bucket, from memory. */
export function statusPage(publication: Pick<Publication, "served">): FastifyPluginAsync {
  return async (app) => {
    for (const url of [prefix, `${prefix}/*`]) {
      app.route({
        method: ["GET", "HEAD"],
        url,
        schema: { hide: true },
        handler: async (request, reply) => {
          const { headers, method } = request;
          const {
            status,
            headers: own,
            body,
          } = answer(
            publication.served,
            {
              method,
              path: pathOf(request),
              acceptEncoding: headers["accept-encoding"] as string | undefined,
              acceptLanguage: headers["accept-language"],
              ifNoneMatch: headers["if-none-match"],
            },
            { prefix },
          );
          await reply.status(status).headers(own).send(body);
          return reply;
        },
      });
    }
  };
}

function pathOf({ url }: FastifyRequest): string {
  const query = url.indexOf("?");
  return (query === -1 ? url : url.slice(0, query)).slice(prefix.length).replace(/^\/+/, "");
}
