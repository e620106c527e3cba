import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { beforeEach } from "vitest";
import { readYamlBlocks } from "./read-yaml-blocks.ts";

// The action and the template are run as they stand, with an npx that writes down what it is given.

/** For tests only: where the files of Interlock's pipelines are. */
export const pipelineRoot = join(import.meta.dirname, "..");
let directory: string;

/** An empty folder for each test, with the npx in it. */
export function usePipeline(): { readonly directory: string } {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "interlock-pipelines-"));
    const npx = join(directory, "npx");
    await writeFile(npx, `#!${process.execPath}\n${fakeNpx}`);
    await chmod(npx, 0o755);
    return () => rm(directory, { recursive: true });
  });
  return {
    get directory() {
      return directory;
    },
  };
}

/** Writes down what it is given, and the reports that a check is asked for as variables give them. */
const fakeNpx = `
const { writeFileSync } = require("node:fs");
const { env, argv } = process;
writeFileSync(env.RECORD, JSON.stringify({ arguments: argv.slice(2), token: env.INTERLOCK_TOKEN, server: env.INTERLOCK_SERVER, input: env.INPUT_TOKEN, github: env.INPUT_GITHUB_TOKEN }));
for (const one of argv) {
  const [, format, file] = /^--report=([a-z]+)=(.*)$/s.exec(one) ?? [];
  const text = env["REPORT_" + (format ?? "").toUpperCase()];
  if (text !== undefined && env.WITHOUT_REPORTS === undefined) writeFileSync(file, text);
}
process.stdout.write(env.ANSWER ?? "{}");
process.exit(Number(env.CODE ?? 0));
`;

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** What npx was given; null where it was not called. */
  given: { arguments: string[]; token?: string; server?: string; input?: string; github?: string } | null;
  outputs: string;
  summary: string;
}

async function run(script: string, variables: Record<string, string>): Promise<Ran> {
  const record = join(directory, "record.json");
  const outputs = join(directory, "outputs");
  const summary = join(directory, "summary");
  for (const file of [outputs, summary]) await writeFile(file, "");
  await rm(record, { force: true });
  const child = spawn("bash", ["-e", "-o", "pipefail", "-c", script], {
    cwd: directory,
    env: {
      PATH: [directory, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
      RECORD: record,
      RUNNER_TEMP: directory,
      GITHUB_ACTION_PATH: pipelineRoot,
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: summary,
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part) => (stdout += String(part)));
  child.stderr.on("data", (part) => (stderr += String(part)));
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      resolve(status ?? -1);
    });
  });
  const given = await readFile(record, "utf8").then(
    (text) => JSON.parse(text) as Ran["given"],
    () => null,
  );
  return {
    code,
    stdout,
    stderr,
    given,
    outputs: await readFile(outputs, "utf8"),
    summary: await readFile(summary, "utf8"),
  };
}

export const inputs = [
  "command",
  "migrations",
  "baseline",
  "old",
  "new",
  "deploy",
  "annotate",
  "comment",
  "upload-sarif",
  "name",
  "github-token",
  "environment",
  "app",
  "change",
  "to",
  "wait",
  "server",
  "token",
  "version",
];

export function inputVariable(name: string): string {
  return `INPUT_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** Runs the action's one step, with the inputs as GitHub would give them. */
export async function act(
  given: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<Ran> {
  const [step] = readYamlBlocks(await readFile(join(pipelineRoot, "action.yml"), "utf8"), "run");
  if (step === undefined) throw new Error("the action has no step that runs something");
  const all = { version: "0.1.0", ...given } as Record<string, string>;
  const env = inputs.map((name) => [inputVariable(name), all[name] ?? ""]);
  return run(step.text, { ...(Object.fromEntries(env) as Record<string, string>), ...variables });
}

/** Runs a hidden job of the template, with its empty variables. */
export async function job(name: string, variables: Record<string, string>): Promise<Ran> {
  const text = await readFile(join(pipelineRoot, "pipelines/gitlab.yml"), "utf8");
  const [before] = readYamlBlocks(text, "before_script");
  const script = readYamlBlocks(text, "script").find((block) => block.under === name);
  if (before === undefined || script === undefined) throw new Error(`there is no job ${name}`);
  const empty = [...text.matchAll(/^ {4}(INTERLOCK_\w+): ""$/gm)].map(([, variable = ""]) => [variable, ""]);
  return run(`${before.text}\n${script.text}`, {
    ...(Object.fromEntries(empty) as Record<string, string>),
    INTERLOCK_VERSION: "0.1.0",
    ...variables,
  });
}
