import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { WireRequest } from "./request.ts";

export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A stream of events has no end: its beginning is enough. */
const streamPatienceMs = 150;

/** Sends a request as it is: nothing is normalised on the way, as fetch would. */
export async function send(server: URL, { method, target, headers, body }: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: server.hostname,
        port: server.port,
        method,
        path: target.replaceAll(/[^\x21-\xff]/g, encodeURIComponent),
        headers: {
          ...headers,
          // A body that is announced for DELETE and GET too.
          ...(body === undefined ? {} : { "content-length": String(body.length) }),
        },
        agent: false,
        timeout: 30_000,
      },
      (response) => {
        const parts: Buffer[] = [];
        const done = () => {
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ status, headers: answered, body: Buffer.concat(parts).toString("utf8") });
        };
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", done);
        response.on("error", reject);
        if (response.headers["content-type"]?.startsWith("text/event-stream") === true) {
          setTimeout(() => {
            done();
            request.destroy();
          }, streamPatienceMs);
        }
      },
    );
    request.on("timeout", () => request.destroy(new Error("no answer within 30 seconds")));
    request.on("error", reject);
    request.end(body);
  });
}
