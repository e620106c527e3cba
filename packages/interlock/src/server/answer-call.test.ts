import type { FastifyInstance } from "fastify";
import { beforeEach, expect, test } from "vitest";
import { addResponder } from "../incident/unit/add-responder.ts";
import { callsToSend } from "../incident/unit/calls-to-send.ts";
import { openIncident } from "../incident/open-incident.ts";
import { readIncident } from "../incident/read-incident.ts";
import { ada, useIncidents } from "../incident/testing-incidents.ts";
import { newResponderSchema } from "../api/unit.ts";
import { answerCallPage } from "./answer-call.ts";
import { buildApp } from "./build-app.ts";

const testing = useIncidents();
const hostile = "<script>alert(1)</script>";
let app: FastifyInstance;
let token = "";
let incident = "";

beforeEach(async () => {
  await addResponder(testing.services, {
    environment: "production",
    responder: newResponderSchema.parse({
      person: `grace ${hostile}`,
      role: "lead",
      channel: "email",
      address: "g@example.com",
    }),
    caller: ada,
  });
  const opened = await openIncident(testing.services, {
    environment: "production",
    priority: "P1",
    titles: { en: hostile },
    components: [],
    hold: false,
    caller: ada,
  });
  incident = opened.id;
  const [call] = await callsToSend(testing.services);
  token = call?.answerToken ?? "";
  app = await buildApp({
    routes: [],
    plugins: [answerCallPage({ control: testing.control })],
    authenticate: async () => Promise.reject(new Error("nobody is asked who they are")),
  });
  return async () => {
    await app.close();
  };
});

async function answered(): Promise<string | null> {
  return (await readIncident(testing.services, incident)).incident.acknowledgedBy;
}

test("looking answers nothing, the button does, once; the page holds no script and nothing of the titles' markup", async () => {
  const looks = await Promise.all(
    [1, 2].map(() => app.inject({ method: "GET", url: `/answer/${token}?lang=fr` })),
  );
  for (const look of looks) {
    expect(look.statusCode).toBe(200);
    expect(look.body).toContain('<form method="post"><button>');
    expect(look.body).not.toContain("<script");
    expect(look.headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
    expect(look.headers["content-security-policy"]).toContain("default-src 'none'");
  }
  expect(await answered()).toBeNull();
  const posts = await Promise.all(
    [1, 2].map(() =>
      app.inject({
        method: "POST",
        url: `/answer/${token}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        payload: "",
      }),
    ),
  );
  expect(posts.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409]);
  expect(await answered()).toBe(`grace ${hostile}`);
  const again = await app.inject({ method: "GET", url: `/answer/${token}` });
  expect(again.body).not.toContain("<form");
});

test("a link that belongs to no call answers nothing", async () => {
  for (const method of ["GET", "POST"] as const) {
    const answer = await app.inject({ method, url: "/answer/wrong" });
    expect([method, answer.statusCode, answer.headers["content-type"]]).toEqual([
      method,
      404,
      "text/html; charset=utf-8",
    ]);
  }
  expect(await answered()).toBeNull();
});
