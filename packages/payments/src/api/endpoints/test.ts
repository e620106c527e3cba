import type { Endpoint } from "../endpoint.ts";

/** GET /test: is the API there? Needs no key. */
export const test: Endpoint = {
  method: "GET",
  path: "/test",
  access: "public",
  async handle({ release }) {
    return { status: 200, body: JSON.stringify({ object: "test", status: "ok", version: release.version }) };
  },
};
