import { expect, test } from "vitest";
import { newTokenText } from "../access/token-text.ts";
import { makeJsonLog, withoutSecretText } from "./json-log.ts";

test("what looks like a token, a URL or a password never gets into the log", () => {
  const token = newTokenText("tok_0123456789abcdef");
  const secrets = [token, "planted-password", "https://internal.example.com/x"];
  const lines: string[] = [];
  const log = makeJsonLog((line) => lines.push(line));
  log.error(
    {
      error: `can't reach postgres://app:planted-password@db:5432/x with Bearer ${token}`,
      nested: {
        list: [`password=planted-password host=db`, { url: "planted-password", authorization: token }],
      },
      stack: `Error: ilk\n at https://internal.example.com/x?token=${token}`,
      number: 10n,
    },
    `message with ${token}`,
  );
  const [line = ""] = lines;
  for (const secret of secrets) expect(line).not.toContain(secret);
  expect(JSON.parse(line)).toMatchObject({ level: "error", number: "10" });
  expect(line.endsWith("}\n")).toBe(true);
});

test("what is no secret stays", () => {
  expect(withoutSecretText("relation payments does not exist (42P01)")).toBe(
    "relation payments does not exist (42P01)",
  );
});
