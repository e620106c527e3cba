import { expect, test } from "vitest";
import { checkSchema } from "../api/probes.ts";
import { shownCheck } from "./shown-check.ts";

test("a check is shown without what may be secret in it", () => {
  const request = {
    url: "https://ada:planted@shop.example/health?key=planted&page={{saved.page}}#planted",
    headers: {
      Authorization: "Bearer planted",
      accept: "text/html",
      "x-key": "Bearer {{secret.KEY}}",
      cookie: "a={{secret.KEY}}planted",
    },
    json: { password: "planted", nested: [{ token: "{{secret.KEY}}", amount: 12 }] },
  };
  for (const check of [
    { kind: "http", ...request },
    { kind: "steps", steps: [{ name: "one", ...request }] },
    { kind: "http", url: "http://a", form: { password: "planted" } },
    { kind: "http", url: "http://a", body: "planted" },
    { kind: "postgres", url: "postgres://ada:planted@db/payments?sslpassword=planted" },
  ]) {
    expect(JSON.stringify(shownCheck(checkSchema.parse(check)))).not.toContain("planted");
  }
  expect(shownCheck(checkSchema.parse({ kind: "http", ...request }))).toMatchObject({
    url: "https://shop.example/health?key=•••&page={{saved.page}}",
    headers: { accept: "text/html", "x-key": "Bearer {{secret.KEY}}", Authorization: "•••", cookie: "•••" },
    json: { password: "•••", nested: [{ token: "{{secret.KEY}}", amount: 12 }] },
  });
});
