import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readYamlBlocks } from "./read-yaml-blocks.ts";
import { act, inputs, inputVariable, job, pipelineRoot as root, usePipeline } from "./testing-pipelines.ts";

const pipeline = usePipeline();

const hostile = [
  '"; touch stolen; "',
  "$(touch stolen)",
  "`touch stolen`",
  "' ; touch stolen #",
  "--server=http://evil.example",
  "-e",
  "${IFS}touch${IFS}stolen",
  "a b\tc *",
  "payments@2.3.0 && touch stolen",
  "\\",
  "é漢字",
];

async function nothingStolen(): Promise<void> {
  await expect(readFile(join(pipeline.directory, "stolen"))).rejects.toThrow("ENOENT");
}

const blocked = {
  format: "interlock-gate/1",
  id: "dec_0123456789abcdef",
  environment: "production",
  request: { kind: "change", change: "chg_0123456789abcdef", to: "structure" },
  verdict: "blocked",
  order: "split",
  reasons: [
    {
      code: "live-version-breaks",
      effect: "blocks",
      message: "payments@2.2.0 breaks on <b>is_paid</b>\n::set-env name=A::b\n@octo/all ##[error]x",
      next: "Ship it with a plan.",
    },
  ],
  at: "2026-01-01T00:00:00.000Z",
};

describe("GitHub Action", () => {
  test("no expression stands where a shell reads it, and every input is given", async () => {
    const text = await readFile(join(root, "action.yml"), "utf8");
    const blocks = readYamlBlocks(text, "run");
    expect(blocks).toHaveLength(1);
    for (const block of blocks) expect(block.text).not.toContain("${{");
    for (const name of inputs) {
      expect(text).toMatch(new RegExp(`^  ${name}:$`, "m"));
      expect(text).toContain(`${inputVariable(name)}: \${{ inputs.${name} }}`);
    }
    expect(text.match(/\$\{\{/g)).toHaveLength(inputs.length + 6);
  });

  test("gate: blocked with order and decision as outputs, and a summary that nobody can write into", async () => {
    const { code, given, outputs, summary, stdout } = await act(
      {
        command: "gate",
        environment: "production",
        migrations: "m.sql",
        app: "payments@2.3.0",
        to: "structure",
      },
      { CODE: "1", ANSWER: JSON.stringify(blocked) },
    );
    expect(code).toBe(1);
    expect(given?.arguments.slice(2)).toEqual([
      "gate",
      "--env=production",
      "--migration=m.sql",
      "--app=payments@2.3.0",
      "--to=structure",
      "--json",
    ]);
    expect(outputs).toBe(
      "verdict=blocked\ndecision=dec_0123456789abcdef\norder=split\nchange=chg_0123456789abcdef\n",
    );
    expect(summary).toContain("## Interlock: blocked");
    expect(summary).toContain(String.raw`\<b\>is\_paid\</b\>`);
    expect(summary).not.toContain(" @octo");
    // Between the two marks GitHub reads no commands.
    const [, stop = ""] = /^::stop-commands::([0-9a-f]{32})$/m.exec(stdout) ?? [];
    expect(stdout.indexOf("set-env")).toBeGreaterThan(stdout.indexOf("::stop-commands::"));
    expect(stdout.trimEnd().endsWith(`::${stop}::`)).toBe(true);
    expect(stdout).not.toMatch(/^\s*::set-env/m);
  });

  test.each([
    [
      { command: "gate", environment: "production", app: "payments@2.3.0", wait: "5m" },
      ["gate", "--env=production", "--release=payments@2.3.0", "--wait=5m", "--json"],
    ],
    [
      { command: "gate", environment: "production", change: "chg_1", to: "contract" },
      ["gate", "--env=production", "--change=chg_1", "--to=contract", "--json"],
    ],
    [
      { command: "release-start", environment: "production", app: "payments@2.3.0" },
      ["release", "start", "--env=production", "--json", "--", "payments@2.3.0"],
    ],
    [
      { command: "release-finish", environment: "production", app: "payments@2.3.0" },
      ["release", "finish", "--env=production", "--json", "--", "payments@2.3.0"],
    ],
    [
      { command: "shipment", environment: "production", change: "chg_1", to: "expand" },
      ["shipment", "start", "--env=production", "--to=expand", "--follow", "--json", "--", "chg_1"],
    ],
  ])("%j", async (given, expected) => {
    expect((await act(given)).given?.arguments.slice(2)).toEqual(expected);
  });

  test.each([
    [0, "go", 0],
    [1, "blocked", 1],
    [2, "failed", 2],
    [3, "unknown", 3],
    [137, "failed", 2],
  ])("exit %i is %s and ends with %i", async (ended, verdict, expected) => {
    const { code, outputs } = await act(
      { command: "gate", environment: "production", app: "payments@2.3.0" },
      { CODE: String(ended), ANSWER: "no JSON" },
    );
    expect([code, outputs]).toEqual([expected, `verdict=${verdict}\n`]);
  });

  test.each([
    ["an unknown command", { command: "guard" }],
    ["no environment", { command: "gate", app: "payments@2.3.0" }],
    ["no app", { command: "release-start", environment: "production" }],
    ["another package", { command: "gate", environment: "e", app: "a@1", version: "../../evil" }],
    ["a version with a space", { command: "gate", environment: "e", app: "a@1", version: "1 --registry x" }],
  ])("%s fails before anything is fetched", async (_, given) => {
    const { code, given: called, stderr } = await act(given);
    expect([code, called]).toEqual([2, null]);
    expect(stderr).toMatch(/^Interlock: .+\.$/m);
  });

  test.each(hostile)("%j stays a value in every input", async (value) => {
    const gate = await act({
      command: "gate",
      environment: value,
      migrations: value,
      baseline: value,
      app: value,
      to: value,
      wait: value,
      server: value,
      token: value,
    });
    expect(gate.given?.arguments.slice(2)).toEqual([
      "gate",
      `--env=${value}`,
      `--migration=${value}`,
      `--baseline=${value}`,
      `--app=${value}`,
      `--to=${value}`,
      `--wait=${value}`,
      "--json",
    ]);
    expect(gate.given).toMatchObject({ token: value, server: value });
    expect(gate.given).not.toHaveProperty("input");
    const release = await act({ command: "release-start", environment: value, app: value });
    expect(release.given?.arguments.slice(-2)).toEqual(["--", value]);
    expect((await act({ command: value })).given).toBeNull();
    expect((await act({ command: "gate", environment: "e", app: "a@1", version: value })).given).toBeNull();
    await nothingStolen();
  });

  test("an answer can't add outputs of its own", async () => {
    const answer = {
      ...blocked,
      order: "any\nverdict=go",
      id: "dec_x\nverdict=go",
      request: { change: "chg_\n" },
    };
    const { outputs } = await act(
      { command: "gate", environment: "production", app: "payments@2.3.0" },
      { CODE: "1", ANSWER: JSON.stringify(answer) },
    );
    expect(outputs).toBe("verdict=blocked\n");
  });
});

describe("GitLab template", () => {
  const place = { INTERLOCK_ENVIRONMENT: "production", INTERLOCK_APP: "payments@2.3.0" };
  test.each([
    [".interlock-gate", place, ["gate", "--env=production", "--release=payments@2.3.0", "--json"]],
    [
      ".interlock-gate",
      { ...place, INTERLOCK_MIGRATIONS: "a.sql", INTERLOCK_TO: "expand" },
      ["gate", "--env=production", "--migration=a.sql", "--app=payments@2.3.0", "--to=expand", "--json"],
    ],
    [
      ".interlock-release-start",
      { ...place, INTERLOCK_WAIT: "5m" },
      ["release", "start", "--env=production", "--wait=5m", "--json", "--", "payments@2.3.0"],
    ],
    [
      ".interlock-release-finish",
      place,
      ["release", "finish", "--env=production", "--json", "--", "payments@2.3.0"],
    ],
    [
      ".interlock-shipment",
      { ...place, INTERLOCK_CHANGE: "chg_1", INTERLOCK_TO: "contract" },
      ["shipment", "start", "--env=production", "--to=contract", "--follow", "--json", "--", "chg_1"],
    ],
  ])("%s %j", async (name, variables, expected) => {
    const { code, given, stderr } = await job(name, variables);
    expect([code, stderr]).toEqual([0, ""]);
    expect(given?.arguments.slice(2)).toEqual(expected);
  });

  test.each([
    [1, 1],
    [3, 3],
    [2, 2],
    [137, 2],
  ])("exit %i ends with %i, and the answer is kept", async (ended, expected) => {
    const { code } = await job(".interlock-gate", { ...place, CODE: String(ended), ANSWER: '{"a":1}' });
    expect(code).toBe(expected);
    expect(await readFile(join(pipeline.directory, "interlock.json"), "utf8")).toBe('{"a":1}');
  });

  test.each(hostile)("%j stays a value", async (value) => {
    const { given } = await job(".interlock-gate", {
      INTERLOCK_ENVIRONMENT: value,
      INTERLOCK_MIGRATIONS: value,
      INTERLOCK_APP: value,
    });
    expect(given?.arguments.slice(2)).toEqual([
      "gate",
      `--env=${value}`,
      `--migration=${value}`,
      `--app=${value}`,
      "--json",
    ]);
    expect((await job(".interlock-gate", { ...place, INTERLOCK_VERSION: value })).given).toBeNull();
    await nothingStolen();
  });
});
