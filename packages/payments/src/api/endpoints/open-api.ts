import { openApiDocument } from "../../openapi/document.ts";
import type { Endpoint } from "../endpoint.ts";

/** GET /openapi.json: what this API can do, for machines. Needs no key. Describes `others` and itself. */
export function openApi(others: readonly Endpoint[]): Endpoint {
  let text: string | undefined;
  const endpoint: Endpoint = {
    method: "GET",
    path: "/openapi.json",
    access: "public",
    async handle({ release }) {
      text ??= JSON.stringify(openApiDocument([...others, endpoint], release.version));
      return { status: 200, body: text };
    },
  };
  return endpoint;
}
