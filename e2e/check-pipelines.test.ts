import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { validateAction } from "@action-validator/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { act, job, pipelineRoot, usePipeline, type Ran } from "./testing-pipelines.ts";

// What a pipeline makes of the reports of a check: summary, annotations, a comment, alerts. GitHub is a server on
// this machine that answers as its API does.

const pipeline = usePipeline();

interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: Record<string, string> | undefined;
}

let server: Server;
let asked: Asked[];
let comments: { id: number; body: string; user: { type: string } }[];
let status: number;

beforeEach(async () => {
  asked = [];
  comments = [];
  status = 200;
  server = createServer((request, response) => {
    void readAll(request).then((text) => {
      const { method = "", url = "", headers } = request;
      const body = text === "" ? undefined : (JSON.parse(text) as Record<string, string>);
      asked.push({ method, path: url, authorization: headers.authorization, body });
      const page = Number(new URL(url, "http://localhost").searchParams.get("page") ?? 1);
      const shown = comments.slice((page - 1) * 100, page * 100);
      response.writeHead(status, { "content-type": "application/json" });
      return response.end(JSON.stringify(method === "GET" ? shown : {}));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterEach(
  () =>
    new Promise<void>((closed) => {
      server.close(() => {
        closed();
      });
      server.closeAllConnections();
    }),
);

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += String(part);
  return text;
}

const reports = {
  REPORT_JSON: JSON.stringify({ verdict: "unsafe", order: "split" }),
  REPORT_MARKDOWN: "<!-- interlock-check -->\n### ⛔ Interlock: unsafe, order split\n",
  REPORT_SARIF: JSON.stringify({
    version: "2.1.0",
    runs: [{ automationDetails: { id: "interlock-check/" } }],
  }),
  REPORT_GITHUB: "::error file=a.sql,line=3,title=x::y\nnot a command\n::set-env name=A::b\n",
};
const question = { command: "check", migrations: "migrations/a b.sql\r\n\n 2.sql", old: "w/shop@1.json" };

/** The action on a pull request, at the stand-in. */
async function onPullRequest(
  given: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<Ran> {
  const event = join(pipeline.directory, "event.json");
  await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
  const { port } = server.address() as AddressInfo;
  return act(
    { ...question, "github-token": "secret-of-the-workflow", ...given },
    {
      CODE: "1",
      ...reports,
      GITHUB_API_URL: `http://127.0.0.1:${String(port)}`,
      GITHUB_REPOSITORY: "octo/shop",
      GITHUB_EVENT_PATH: event,
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "42",
      ...variables,
    },
  );
}

describe("the action's check", () => {
  test("is a valid action", async () => {
    const text = await readFile(join(pipelineRoot, "action.yml"), "utf8");
    expect(validateAction(text)).toEqual({ actionType: "action", errors: [] });
    expect(validateAction(text.replace("using: composite", "using: nothing")).errors).not.toEqual([]);
  });

  test("gives every path on a line of its own, and asks for the reports", async () => {
    const { given, code } = await act({ ...question, deploy: "any" }, { ...reports, CODE: "1" });
    expect(code).toBe(1);
    const words = (given?.arguments ?? []).map((word) => word.replace(/=\/.*\//, "=…/"));
    expect(words).toEqual([
      "--yes",
      "pg-interlock@0.1.0",
      "check",
      "--old=w/shop@1.json",
      "--deploy=any",
      "--report=json=…/answer.json",
      "--report=markdown=…/check.md",
      "--report=sarif=…/check.sarif",
      "--report=github=…/annotations",
      "--",
      "migrations/a b.sql",
      " 2.sql",
    ]);
  });

  test("shows the text in the log, the comment as the summary, and only annotations as commands", async () => {
    const { stdout, summary, outputs } = await act(question, {
      ...reports,
      CODE: "1",
      ANSWER: "✗ unsafe: x",
    });
    expect(summary.trim()).toBe(reports.REPORT_MARKDOWN.trim());
    expect(outputs).toMatch(/^verdict=blocked\norder=split\nsarif=.+\/check\.sarif\n$/);
    const [, stop = ""] = /^::stop-commands::([0-9a-f]{32})$/m.exec(stdout) ?? [];
    const after = stdout.slice(stdout.indexOf(`::${stop}::`) + stop.length + 5);
    expect(stdout.indexOf("✗ unsafe: x")).toBeLessThan(stdout.indexOf(`::${stop}::`));
    expect(after).toBe("::error file=a.sql,line=3,title=x::y\n");
    expect((await act({ ...question, annotate: "false" }, reports)).stdout).not.toContain("::error");
    expect(asked).toEqual([]);
  });

  test("comments once, and brings its comment up to date afterwards", async () => {
    comments = [
      ...Array.from({ length: 100 }, (_, id) => ({ id, body: "x", user: { type: "User" } })),
      { id: 100, body: reports.REPORT_MARKDOWN, user: { type: "User" } },
    ];
    const first = await onPullRequest({ comment: "true" });
    expect([first.code, first.given?.github]).toEqual([1, undefined]);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /repos/octo/shop/issues/7/comments?per_page=100&page=1",
      "GET /repos/octo/shop/issues/7/comments?per_page=100&page=2",
      "POST /repos/octo/shop/issues/7/comments",
    ]);
    expect(asked.at(-1)).toMatchObject({
      authorization: "Bearer secret-of-the-workflow",
      body: { body: reports.REPORT_MARKDOWN },
    });
    expect(first.stdout + first.stderr + first.summary).not.toContain("secret-of-the-workflow");
    comments.push({ id: 101, body: reports.REPORT_MARKDOWN, user: { type: "Bot" } });
    await onPullRequest({ comment: "true" });
    expect(asked.at(-1)).toMatchObject({ method: "PATCH", path: "/repos/octo/shop/issues/comments/101" });
    // Another check of the same pull request has a comment of its own.
    await onPullRequest({ comment: "true", name: "payments" });
    expect(asked.at(-1)).toMatchObject({
      method: "POST",
      body: { body: reports.REPORT_MARKDOWN.replace("check -->", "check payments -->") },
    });
  });

  test.each([
    ["2", "### ❔ Interlock: the check failed"],
    ["137", "https://github.com/octo/shop/actions/runs/42"],
    ["0", "### ✅ Interlock: nothing to check"],
  ])("an earlier verdict does not stay when it ended with %s and no report", async (code, said) => {
    comments = [{ id: 5, body: reports.REPORT_MARKDOWN, user: { type: "Bot" } }];
    await onPullRequest({ comment: "true" }, { CODE: code, WITHOUT_REPORTS: "1" });
    expect(asked.at(-1)).toMatchObject({ method: "PATCH", body: { body: expect.stringContaining(said) } });
  });

  test("hands SARIF to code scanning, in a category of its own", async () => {
    await onPullRequest({ "upload-sarif": "true", name: "payments" });
    expect(asked).toHaveLength(1);
    const [{ path = "", body = {} } = {}] = asked;
    expect(path).toBe("/repos/octo/shop/code-scanning/sarifs");
    expect(body).toMatchObject({
      commit_sha: "0123456789abcdef0123456789abcdef01234567",
      ref: "refs/pull/7/merge",
    });
    const sarif: unknown = JSON.parse(gunzipSync(Buffer.from(body["sarif"] ?? "", "base64")).toString());
    expect(sarif).toEqual({
      version: "2.1.0",
      runs: [{ automationDetails: { id: "interlock-check/payments/" } }],
    });
  });

  test("a refusal of GitHub's is a warning, and the verdict stands", async () => {
    status = 403;
    const { code, stdout } = await onPullRequest({ comment: "true", "upload-sarif": "true" });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::warning::.*comments: 403\. The job needs the permission pull-requests: write/m,
    );
    expect(stdout).toMatch(
      /^::warning::.*sarifs: 403\. The job needs the permission security-events: write/m,
    );
  });

  test("the token goes nowhere but over https", async () => {
    const { stdout } = await onPullRequest({ comment: "true" }, { GITHUB_API_URL: "http://example.com" });
    expect(stdout).toContain("GITHUB_API_URL is not https");
    expect(asked).toEqual([]);
  });

  test.each([
    ["comment", "yes"],
    ["name", "a b"],
    ["name", "x-->"],
  ])("%s %j is refused", async (input, value) => {
    const { code, given } = await act({ ...question, [input]: value });
    expect([code, given]).toEqual([2, null]);
  });
});

describe("GitLab's check", () => {
  interface Job {
    artifacts?: { when: string; paths: string[]; reports?: Record<string, string> };
  }

  test("hands GitLab the reports that the job writes", async () => {
    const text = await readFile(join(pipelineRoot, "pipelines/gitlab.yml"), "utf8");
    const jobs = parse(text) as Record<string, Job>;
    expect(jobs[".interlock-check"]?.artifacts).toMatchObject({
      when: "always",
      paths: ["interlock.json"],
      reports: { codequality: "interlock-codequality.json", junit: "interlock-junit.xml" },
    });
    const { code, given, stderr } = await job(".interlock-check", {
      INTERLOCK_MIGRATIONS: "a.sql\nb c.sql",
      INTERLOCK_OLD: "o.json",
      CODE: "3",
      REPORT_JUNIT: "<testsuites/>",
      REPORT_GITLAB: "[]",
      REPORT_JSON: "{}",
    });
    expect([code, stderr]).toEqual([3, ""]);
    expect(given?.arguments.slice(2)).toEqual([
      "check",
      "--report=json=interlock.json",
      "--report=gitlab=interlock-codequality.json",
      "--report=junit=interlock-junit.xml",
      "--old=o.json",
      "--",
      "a.sql",
      "b c.sql",
    ]);
    for (const file of ["interlock.json", "interlock-codequality.json", "interlock-junit.xml"]) {
      await expect(readFile(join(pipeline.directory, file), "utf8")).resolves.not.toBe("");
    }
  });
});
