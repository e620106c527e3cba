import { basename, dirname } from "node:path";
import type { CheckReport } from "./check-report.ts";
import type { Finding } from "./finding.ts";

/** What to do now: a sentence, or commands to be copied, each with what it is for. */
export interface NextStep {
  say: string;
  commands: readonly string[];
}

/** Paths that the check was given, so that a command to be copied has them again. Never a URL: it may hold a secret. */
export interface GivenPaths {
  old: readonly string[];
  new: readonly string[];
  baseline: readonly string[];
}

/** A report, and what it was asked with. */
type Asked = CheckReport & { given: GivenPaths };

const nothingGiven: GivenPaths = { old: [], new: [], baseline: [] };

/** At most one step for each thing that is missing; one step where the verdict is known. */
export function nextSteps(checked: CheckReport, given: GivenPaths = nothingGiven): NextStep[] {
  const report: Asked = { ...checked, given };
  const { verdict, order, deploy } = report;
  if (verdict === "unknown") return missing(report);
  if (verdict === "safe") return [{ say: safely(report), commands: [] }];
  if (order === "app-first" && deploy === "schema-first") {
    return [{ say: "deploy the application first", commands: [again(report, "--deploy app-first")] }];
  }
  if (order === "schema-first" && deploy === "app-first") {
    return [{ say: "deploy the structure first", commands: [again(report, "--deploy schema-first")] }];
  }
  return [
    {
      say: "have the change split into phases",
      commands: [["npx interlock plan", ...files(report), ...givenFlags(report.given)].join(" ")],
    },
  ];
}

function safely({ order, deploy }: CheckReport): string {
  if (order === "any") return "deploy structure and application in any order";
  return deploy === "app-first"
    ? "deploy the application, then the structure"
    : "deploy the structure, then the application";
}

/** What an answer needs, and the commands that give it. */
function missing(report: Asked): NextStep[] {
  const { findings, workloads, deploy } = report;
  const obstacle = findings.find(({ code, severity }) => obstacles.has(code) && severity === "error");
  if (obstacle !== undefined) return [pastObstacle(report, obstacle)];
  const has = (role: "old" | "new"): boolean => workloads.some((workload) => workload.role === role);
  const steps: NextStep[] = [];
  if (!has("old") && deploy !== "app-first") steps.push(recordVersion(report, "old"));
  if (!has("new") && deploy !== "schema-first") steps.push(recordVersion(report, "new"));
  for (const { app, version, works, statements, brokenAtBaseline, exercised } of workloads) {
    if (works !== "unknown") continue;
    const name = word(`${app}@${version}`);
    if (statements > 0 && 2 * brokenAtBaseline >= statements) {
      const divided = isWholeHistory(report) ? divideHistory(report) : undefined;
      steps.push(
        divided ?? {
          say: `give the schema that ${name} runs on`,
          commands: [again(report, "--baseline DIRECTORY|FILE…")],
        },
      );
    } else if (exercised < statements || statements === 0) {
      steps.push({ say: `record ${name} with values`, commands: [record(name, "--samples")] });
    }
  }
  if (isSizeMissing(report)) {
    steps.push({
      say: "give the sizes of the tables, or do it so that nobody waits",
      commands: [
        'npx interlock stats --database "$DATABASE_URL" --out stats.json',
        again(report, "--stats stats.json"),
      ],
    });
  }
  return steps;
}

/** All migrations of a directory are taken for the change, and nothing stands before them. */
function isWholeHistory({ baseline, files: all }: CheckReport): boolean {
  return baseline?.source === "nothing" && all.length > 1;
}

function divideHistory({ files: all }: CheckReport): NextStep {
  const [before, last] = all.slice(-2).map(({ path }) => path);
  const isFolder = /[\\/](?:migration|up)\.sql$/.test(last ?? "");
  const directory = dirname(isFolder ? dirname(last ?? ".") : (last ?? "."));
  const name = basename(isFolder ? dirname(before ?? "") : (before ?? ""));
  return {
    say: "all migrations were taken for the change: name the last one that the database has already",
    commands: [`npx interlock check ${word(directory)} --since ${word(name)}`],
  };
}

/** Whether somebody waits for something whose time is not known. */
function isSizeMissing({ files: all, findings }: CheckReport): boolean {
  const isUnknown = all.some(({ steps }) =>
    steps.some(({ scans, rewrites, duration }) => duration === null && scans.length + rewrites.length > 0),
  );
  return (
    isUnknown && findings.some(({ code, severity }) => code === "blocks-traffic" && severity === "warning")
  );
}

/** What keeps a change from being rehearsed at all. */
const obstacles: ReadonlySet<Finding["code"]> = new Set([
  "migration-does-not-apply",
  "refused-by-sandbox",
  "exceeds-limit",
  "extension-missing",
]);

function pastObstacle(report: Asked, { code, file, line, hint = "" }: Finding): NextStep {
  const place =
    file === undefined ? "the migration" : `${file}${line === undefined ? "" : `:${String(line)}`}`;
  if (code === "extension-missing") {
    const [, name = "NAME"] = /--stub-extension ([\w-]+)/.exec(hint) ?? [];
    return {
      say: "rehearse where the extension is, or without it if the change does not depend on it",
      commands: [again(report, '--shadow "$SHADOW_URL"'), again(report, `--stub-extension ${name}`)],
    };
  }
  if (code !== "migration-does-not-apply") {
    return { say: `take what is at ${place} out of what is checked, and review it by hand`, commands: [] };
  }
  return {
    say: `correct ${place}, or give the schema that it is made for`,
    commands: [again(report, "--baseline DIRECTORY|FILE…")],
  };
}

function recordVersion(report: Asked, role: "old" | "new"): NextStep {
  const recording = [
    record("APP@VERSION", "--samples"),
    again(report, `--${role} workloads/APP@VERSION.json`),
  ];
  if (role === "new") return { say: "record what the version to come sends", commands: recording };
  return {
    say: "ask the running database what is sent to it, or record what the version that runs now sends",
    commands: [again(report, '--database "$DATABASE_URL"'), ...recording],
  };
}

function record(name: string, flag: string): string {
  return `npx interlock record --app ${name} ${flag} --database "$DATABASE_URL" -- npm test`;
}

/** The same check with something more, or something instead of what it was given. */
function again(report: Asked, flags: string): string {
  const [flag = ""] = flags.split(" ");
  const { given } = report;
  const kept = flag === "--baseline" ? { ...given, baseline: [] } : given;
  return ["npx interlock check", ...files(report), ...givenFlags(kept), flags].join(" ");
}

function givenFlags(given: GivenPaths): string[] {
  return (["old", "new", "baseline"] as const).flatMap((name) =>
    given[name].length === 0 ? [] : [`--${name}`, ...given[name].map(word)],
  );
}

function files({ files: all }: CheckReport): string[] {
  return all.map(({ path }) => word(path));
}

/** One word of a shell command. */
function word(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text) && !text.startsWith("-")) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
