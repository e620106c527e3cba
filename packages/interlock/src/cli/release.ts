import { Command } from "commander";
import { z } from "zod";
import { releaseSchema, type Release } from "../api/releases.ts";
import { Failure } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";
import { durationFlag } from "./duration-flag.ts";
import { printFailure } from "./failure.ts";
import { addServerFlags, openServerClient, type ServerClient, type ServerFlags } from "./server-client.ts";

interface EnvironmentFlags extends ServerFlags {
  env: string;
}

interface StartFlags extends EnvironmentFlags {
  minutes: string;
  wait?: number;
}

/** How often the gate is asked again while a rehearsal is under way, in milliseconds. */
const askEveryMs = 2_000;

/** `interlock release start|finish|cancel|list`: app versions going to an environment. */
export function releaseCommand(): Command {
  return new Command("release")
    .description("Say that an app version goes to an environment, if the gate lets it, and when it is there.")
    .addCommand(startCommand())
    .addCommand(endCommand("finish", "Say that a release is through: its version replaces those before it."))
    .addCommand(endCommand("cancel", "Say that a release was given up."))
    .addCommand(listCommand());
}

function startCommand(): Command {
  const command = new Command("start")
    .description("Begin the release of an app version, if the gate lets it.")
    .argument("<version>", "app@version: payments@2.3.0")
    .requiredOption("--env <environment>", "where it goes")
    .option("--minutes <number>", "how long it takes at most; after that it counts as stalled", "60")
    .option("--wait <duration>", "wait this long for a rehearsal that is under way: 90s, 10m", durationFlag)
    .addHelpText(
      "after",
      `
Example:
  interlock release start payments@2.3.0 --env production --wait 10m

Exit codes: 0 begun, 1 blocked, 2 failed, 3 unknown. It runs already: 0.
`,
    );
  return addServerFlags(command).action(async (appVersion: string, flags: StartFlags) => {
    const client = await openServerClient(flags);
    const until = performance.now() + (flags.wait ?? 0);
    for (;;) {
      try {
        const { release, isNew } = await start(client, { appVersion, flags });
        const text = `${renderRelease(release)}${isNew ? "" : "  (it runs already)"}`;
        process.stdout.write(flags.json ? `${JSON.stringify(release)}\n` : `${text}\n`);
        return;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const exitCode = exitCodes[error.code];
        if (exitCode === undefined) throw error;
        if (!isRehearsing(error) || performance.now() > until) {
          printFailure(error);
          process.exitCode = exitCode;
          return;
        }
      }
      await sleep(askEveryMs);
    }
  });
}

const exitCodes: Readonly<Record<string, number>> = { "blocked-by-gate": 1, "unknown-to-gate": 3 };

/** Whether the gate's answer may be another one soon: it waits for a rehearsal. */
function isRehearsing({ code, why }: Failure): boolean {
  return (
    code === "unknown-to-gate" && (why ?? "").split("\n").some((line) => line.startsWith("rehearsal-running"))
  );
}

async function start(
  client: ServerClient,
  { appVersion, flags }: { appVersion: string; flags: StartFlags },
): Promise<{ release: Release; isNew: boolean }> {
  const at = appVersion.indexOf("@");
  const answer = await client.request("POST", `${placeOf(flags)}/releases`, {
    app: appVersion.slice(0, Math.max(0, at)),
    version: appVersion.slice(at + 1),
    expectedMinutes: Number(flags.minutes),
  });
  return z.object({ release: releaseSchema, isNew: z.boolean() }).parse(answer);
}

function endCommand(verb: "finish" | "cancel", description: string): Command {
  const command = new Command(verb)
    .description(description)
    .argument("<release>", "app@version, or the id, rel_…")
    .requiredOption("--env <environment>", "where it went")
    .addHelpText("after", `\nExample:\n  interlock release ${verb} payments@2.3.0 --env production\n`);
  return addServerFlags(command).action(async (release: string, flags: EnvironmentFlags) => {
    const client = await openServerClient(flags);
    const place = `${placeOf(flags)}/releases/${encodeURIComponent(release)}/${verb}`;
    const ended = releaseSchema.parse(await client.request("POST", place));
    process.stdout.write(flags.json ? `${JSON.stringify(ended)}\n` : `${renderRelease(ended)}\n`);
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List the last releases, the newest first.")
    .requiredOption("--env <environment>", "where")
    .option("--open", "only those that run", false)
    .addHelpText("after", "\nExample:\n  interlock release list --env production --open\n");
  return addServerFlags(command).action(async (flags: EnvironmentFlags & { open: boolean }) => {
    const client = await openServerClient(flags);
    const answer = z
      .object({ releases: z.array(releaseSchema) })
      .parse(await client.request("GET", `${placeOf(flags)}/releases?open=${String(flags.open)}`));
    const text = answer.releases.map((release) => `${renderRelease(release)}\n`).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text || "There is none.\n");
  });
}

function placeOf({ env }: EnvironmentFlags): string {
  return `/environments/${encodeURIComponent(env)}`;
}

/** `rel_…  payments@2.3.0  running since 2026-01-02 14:08 by ada`. */
export function renderRelease(release: Release): string {
  const { id, appVersion, state, isStalled, startedAt, startedBy, endedAt, endedBy } = release;
  const now =
    endedAt === null
      ? `${isStalled ? "stalled" : state} since ${when(startedAt)} by ${startedBy}`
      : `${state} ${when(endedAt)} by ${endedBy ?? "somebody"}`;
  return [id, appVersion, now].join("  ");
}

function when(moment: string): string {
  return moment.slice(0, 16).replace("T", " ");
}
