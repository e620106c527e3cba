import { beforeEach, describe, expect, test } from "vitest";
import type { Postmortem, PostmortemDocument } from "../api/postmortems.ts";
import { addComponent } from "../incident/components/add-component.ts";
import { newComponentSchema } from "../api/components.ts";
import { callerOf } from "../incident/testing-incidents.ts";
import { readPublishedPostmortem } from "../postmortem/read-document.ts";
import { insertSeed, seedChange, seedSeries } from "../postmortem/testing-seed.ts";
import { postmortemRoutes } from "./postmortems.ts";
import { useServer } from "./testing-server.ts";

const testing = useServer(({ control }) => postmortemRoutes({ control }));
const path = "/incidents/INC-12/postmortem";
const ada = "responder:ada";
const eve = "responder:eve";

beforeEach(async () => {
  const { control } = testing;
  await control.query("insert into interlock_control.environments (name, tools) values ('production', '{}')");
  for (const [key, en] of [
    ["payment-api", "Payment API"],
    ["terminals", "POS terminals"],
  ] as const) {
    const component = newComponentSchema.parse({ key, names: { en, fr: en } });
    await addComponent(testing, { environment: "production", component, caller: callerOf("ada") });
  }
  await insertSeed(control);
});

type Answer = { status: number; body: unknown };

/** Does something at the revision that the post-mortem is at. */
async function act(
  verb: string,
  { as = ada, ...more }: { as?: string; [field: string]: unknown } = {},
): Promise<Answer> {
  const { revision } = await read();
  const body = { revision, ...more };
  if (verb === "write") return testing.request("PATCH", path, { as, body });
  return testing.request("POST", `${path}/${verb}`, { as, body });
}

async function read(): Promise<Postmortem> {
  return (await testing.request("GET", path)).body as Postmortem;
}

async function draft(): Promise<void> {
  const body = { causedBy: seedChange };
  expect(await testing.request("POST", path, { as: ada, body })).toMatchObject({ status: 201 });
}

async function publish(): Promise<Answer> {
  await act("submit");
  await act("approve", { as: eve });
  return act("publish");
}

async function show(query: string): Promise<PostmortemDocument> {
  return (await testing.request("GET", `${path}/document?${query}`)).body as PostmortemDocument;
}

async function told(): Promise<string[]> {
  const rows = await testing.control.query<{ kind: string }>(
    "select kind from interlock_control.events where kind like 'postmortem-%' order by number",
  );
  return rows.map(({ kind }) => kind);
}

describe("the way of a post-mortem", () => {
  test("from a draft over a second reader to the public, and the incident with it", async () => {
    await draft();
    expect(await read()).toMatchObject({ state: "draft", author: "ada", problems: [] });
    expect(await readPublishedPostmortem(testing.control.query, "inc_0000000000000012")).toBeNull();
    expect(await publish()).toMatchObject({
      status: 200,
      body: { state: "published", edition: 1, reviewer: "eve" },
    });
    const [row] = await testing.control.query("select status from interlock_control.incidents");
    expect(row).toEqual({ status: "postmortem" });
    const [entry] = await testing.control.query(
      "select kind, is_public from interlock_control.timeline order by number desc",
    );
    expect(entry).toEqual({ kind: "postmortem-published", is_public: true });
    expect(await told()).toEqual([
      "postmortem-drafted",
      "postmortem-submitted",
      "postmortem-approved",
      "postmortem-published",
    ]);
    const published = await readPublishedPostmortem(testing.control.query, "inc_0000000000000012");
    expect(published?.documents.map(({ locale }) => locale)).toEqual(["en", "fr"]);
  });

  test("back to its authors, with what is to be changed", async () => {
    await draft();
    await act("submit");
    const asked = await act("ask-changes", { as: eve, note: "say why it took so long" });
    expect(asked).toMatchObject({ body: { stage: "draft", reviewNote: "say why it took so long" } });
    expect(await act("publish")).toMatchObject({ status: 409 });
  });

  test("an edit is read again before the public sees it, and is marked", async () => {
    await draft();
    await publish();
    const texts = { en: { impact: "A new word." }, fr: { impact: "Un mot nouveau." } };
    expect(await act("write", { texts })).toMatchObject({ body: { state: "published", stage: "draft" } });
    expect((await show("locale=en&edition=published")).markdown).not.toContain("A new word");
    expect((await show("locale=en")).markdown).toContain("A new word");
    expect(await publish()).toMatchObject({ body: { edition: 2 } });
    const { markdown, editedAt } = await show("locale=en&edition=published");
    expect(markdown).toContain("A new word");
    expect(markdown).toMatch(/\*Edited on .+\*/);
    expect(editedAt).not.toBeNull();
    expect((await told()).at(-1)).toBe("postmortem-edited");
    const revisions = await testing.control.query("select revision from interlock_control.postmortem_texts");
    expect(revisions).toHaveLength(4);
  });

  test("only once for an incident", async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => testing.request("POST", path, { as: ada, body: {} })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  });

  test("not before the incident is resolved", async () => {
    await draft();
    await testing.control.query(
      "update interlock_control.incidents set status = 'monitoring', closed_at = null, closed_by = null",
    );
    expect(await publish()).toMatchObject({ status: 409, body: { code: "conflict" } });
  });
});

async function stale(): Promise<string[]> {
  return (await read()).texts.flatMap(({ locale, isStale }) => (isStale ? [locale] : []));
}

describe("languages", () => {
  test("one that is written alone makes the others stale, until they follow", async () => {
    await draft();
    await act("write", { texts: { fr: { impact: "Plus long." } } });
    expect(await stale()).toEqual(["en"]);
    expect((await read()).problems).toEqual(["en is stale: another language was changed after it"]);
    await act("write", { texts: { en: { impact: "Longer." } } });
    expect(await stale()).toEqual([]);
  });

  test("a slip of the pen makes none stale", async () => {
    await draft();
    await act("write", { texts: { fr: { impact: "Plus long." } }, correction: true });
    expect((await read()).problems).toEqual([]);
  });

  test("one that is stale or missing holds publication up, unless there is a reason", async () => {
    await draft();
    await act("write", { texts: { fr: { impact: "Plus long." } } });
    expect(await publish()).toMatchObject({ status: 409, body: { code: "not-complete" } });
    const incompleteReason = "the regulator waits";
    expect(await act("publish", { incompleteReason })).toMatchObject({ status: 200 });
    const [edition] = await testing.control.query(
      "select incomplete_reason from interlock_control.postmortem_editions",
    );
    expect(edition).toEqual({ incomplete_reason: incompleteReason });
    expect(await show("locale=en&edition=published")).toMatchObject({ isStale: true });
  });

  test("a section that says nothing is not handed in", async () => {
    await testing.control.query("delete from interlock_control.alarms");
    expect(await testing.request("POST", path, { as: ada, body: {} })).toMatchObject({ status: 201 });
    const answer = await act("submit");
    expect(answer).toMatchObject({ status: 409, body: { code: "not-complete" } });
    expect(JSON.stringify(answer.body)).toContain("root-cause (fr), root-cause (en)");
  });
});

describe("who may not", () => {
  test("review what they wrote, be it one word", async () => {
    await draft();
    await act("write", { as: eve, texts: { en: { notes: "word" }, fr: { notes: "mot" } } });
    await act("submit");
    for (const as of [ada, eve]) {
      expect(await act("approve", { as })).toMatchObject({ status: 403, body: { code: "own-postmortem" } });
      expect(await act("ask-changes", { as, note: "no" })).toMatchObject({ status: 403 });
    }
    expect(await act("approve", { as: "responder:grace" })).toMatchObject({ status: 200 });
  });

  test.each([
    ["a viewer", "viewer", 403],
    ["nobody", "nobody", 401],
    ["somebody for another environment", "responder:bob:staging", 403],
  ])("draft, write, hand in, review, publish or count: %s", async (_, as, status) => {
    expect(await testing.request("POST", path, { as, body: {} })).toMatchObject({ status });
    const body = { points: [{ at: "2024-12-17T13:17:00Z", ok: 1, failed: 1 }] };
    expect(await testing.request("POST", "/incidents/INC-12/series", { as, body })).toMatchObject({ status });
    await draft();
    for (const [verb, more] of [
      ["write", { texts: { en: { impact: "x" } } }],
      ["submit", {}],
      ["approve", {}],
      ["ask-changes", { note: "x" }],
      ["publish", {}],
    ] as const) {
      expect(await act(verb, { as, ...more })).toMatchObject({ status });
    }
    expect(await read()).toMatchObject({ stage: "draft", revision: 1 });
  });

  test("go on from a revision that is not the last one any more", async () => {
    await draft();
    const write = { texts: { en: { impact: "one" }, fr: { impact: "un" } }, revision: 1 };
    expect(await race("PATCH", path, [{ body: write }, { body: write }])).toEqual([200, 409]);
    const submit = { body: { revision: 2 } };
    expect(await race("POST", `${path}/submit`, [submit, submit])).toEqual([200, 409]);
    const approve = { revision: 3 };
    const readers = ["grace", "frank"].map((owner) => ({ as: `responder:${owner}`, body: approve }));
    expect(await race("POST", `${path}/approve`, readers)).toEqual([200, 409]);
    const last = { body: { revision: 4 } };
    expect(await race("POST", `${path}/publish`, [last, last])).toEqual([200, 409]);
  });
});

/** The statuses of requests that are sent at once. */
async function race(
  method: "PATCH" | "POST",
  to: string,
  options: readonly { as?: string; body: object }[],
): Promise<number[]> {
  const answers = await Promise.all(options.map((option) => testing.request(method, to, option)));
  return answers.map(({ status }) => status).toSorted();
}

describe("hostile text", () => {
  const hostile = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "![spy](https://spy.example/pixel.png)",
    "[click](javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    '[ok](https://example.com/"onmouseover=alert(1))',
    "<svg onload=alert(1)>",
    "</section></body>",
    "`<b>code</b>`",
    "\uE000",
  ].join("\n\n");

  test("in sections and in every fact shows as text, loads nothing and runs nothing", async () => {
    const bad = "</title><script>alert(2)</script> [x](javascript:alert(3)) | `x` **bold** ![i](http://spy)";
    await testing.control.query(
      "update interlock_control.incidents set titles = jsonb_build_object('en', $1::text), responsibility = $1::text",
      [bad],
    );
    await testing.control.query(
      "update interlock_control.components set names = jsonb_build_object('en', $1::text)",
      [bad],
    );
    await testing.control.query(
      `update interlock_control.alarms set statements = jsonb_build_array(jsonb_build_object('name', $1::text, 'sqlstate', $1::text, 'message', $1::text))`,
      [bad],
    );
    await draft();
    const points = seedSeries().map(({ at, ...counts }) => ({ at: at.toISOString(), ...counts }));
    await testing.request("POST", "/incidents/INC-12/series", { body: { points } });
    await act("write", {
      texts: { en: { notes: hostile, impact: `${hostile}\n\n{{title}}\n\n{{affected}}` } },
    });
    for (const audience of ["public", "internal"]) {
      const { html, sections } = await show(`locale=en&audience=${audience}`);
      const all = `${html}${sections.map((section) => section.html).join("")}`;
      expect(all).not.toMatch(/<script|<img|<svg onload|<title>[^<]*<script|href="(?:javascript|data)/i);
      // Whatever an attribute is called that runs something, it is no attribute here.
      expect(all.match(/<[^>]*\son\w+=/gi)).toBeNull();
      expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
      // The picture is the only thing that is ours to put in, where {{picture}} says so.
      expect(html.match(/<figure/g)).toHaveLength(1);
    }
  });

  test.each([
    ["a fact that there is none of", { impact: "{{durration}}" }],
    ["SQL in public", { impact: "{{statements}}" }],
  ])("%s is refused when it is written", async (_, en) => {
    await draft();
    expect(await act("write", { texts: { en } })).toMatchObject({ status: 400 });
  });
});

type Point = { at: string; ok: number; failed: number };

function push(points: readonly Point[]): Promise<Answer> {
  return testing.request("POST", "/incidents/INC-12/series", { body: { points } });
}

test("what a platform counted can be given again, and is answered as given", async () => {
  const points = [
    { at: "2024-12-17T13:17:00.000Z", ok: 5, failed: 1 },
    { at: "2024-12-17T13:17:01.000Z", ok: 4, failed: 2 },
  ];
  await Promise.all([push(points), push(points.toReversed())]);
  expect(await push([{ at: "2024-12-17T13:17:01.000Z", ok: 3, failed: 3 }])).toMatchObject({
    body: { points: 2 },
  });
  expect((await testing.request("GET", "/incidents/INC-12/series")).body).toEqual({
    source: "requests",
    points: [points[0], { at: "2024-12-17T13:17:01.000Z", ok: 3, failed: 3 }],
  });
});
