import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { pushedChangeSchema } from "../api/changes.ts";
import { gateDecisionSchema, type GateDecision, type GateRequest, type Verdict } from "../api/gate.ts";
import { Failure } from "../std/failure.ts";
import { readChangeFiles } from "./change-files.ts";
import { durationFlag } from "./duration-flag.ts";
import { renderDecision } from "./render-decision.ts";
import { addServerFlags, openServerClient, type ServerClient, type ServerFlags } from "./server-client.ts";

interface Flags extends ServerFlags {
  env: string;
  change?: string;
  migration?: string[];
  baseline?: string[];
  app?: string;
  title?: string;
  release?: string;
  to: "structure" | "expand" | "contract" | "rollback";
  wait?: number;
}

const exitCodes: Readonly<Record<Verdict, number>> = { go: 0, blocked: 1, unknown: 3 };

/** How long to wait between two questions, in milliseconds. */
const askAgainMs = 1_000;

/** `interlock gate`: may this change or release go on now? */
export function gateCommand(): Command {
  const command = new Command("gate")
    .description("Ask whether a change or a release may go on now, and what to do if not.")
    .requiredOption("--env <environment>", "where to")
    .option("--change <id>", "a change that was pushed before")
    .option("--migration <path...>", "the migration files of a change; they are pushed first")
    .option(
      "--baseline <path...>",
      "what the database has already (default: what stands before the migration)",
    )
    .option("--app <app@version>", "the app version that comes with the migration")
    .option("--title <text>", "what the change is about, for people")
    .option("--release <app@version>", "an app version that is to be released")
    .addOption(
      new Option("--to <phase>", "structure: the migration as it is, without a plan")
        .choices(["structure", "expand", "contract", "rollback"])
        .default("structure"),
    )
    .option("--wait <duration>", "ask again while only a rehearsal is awaited: 90s, 5m", durationFlag)
    .addHelpText("after", help);
  return addServerFlags(command).action(async (flags: Flags) => {
    const client = await openServerClient(flags);
    const request = await readRequest(client, flags);
    const decision = await ask(client, { environment: flags.env, request, waitMs: flags.wait ?? 0 });
    const colour = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
    process.stdout.write(flags.json ? `${JSON.stringify(decision)}\n` : renderDecision(decision, { colour }));
    process.exitCode = exitCodes[decision.verdict];
  });
}

const help = `
Examples:
  interlock gate --env production --migration migrations/0042_status.sql --app payments@2.3.0 --to expand --wait 5m
  interlock gate --env production --release payments@2.3.0

Exit codes: 0 go, 1 blocked, 2 the gate could not be asked, 3 unknown. Unknown is never go.
`;

async function readRequest(client: ServerClient, flags: Flags): Promise<GateRequest> {
  const { change, migration, release, to } = flags;
  if ([change, migration, release].filter((given) => given !== undefined).length !== 1) {
    throw usage(
      "It is not said what the gate is asked about.",
      "Give one of --change, --migration and --release.",
    );
  }
  if (release !== undefined) {
    const at = release.indexOf("@");
    if (at < 1) throw usage(`"${release}" is no app version.`, "Write it as app@version: payments@2.3.0.");
    return { kind: "release", app: release.slice(0, at), version: release.slice(at + 1) };
  }
  return { kind: "change", change: change ?? (await push(client, flags)), to };
}

/** The same migration gives the same change, so pushing it again changes nothing. */
async function push(client: ServerClient, { migration = [], baseline, app, title }: Flags): Promise<string> {
  const files = await readChangeFiles({ migrations: migration, baseline });
  const answer = await client.request("POST", "/changes", {
    ...files,
    ...(title === undefined ? {} : { title }),
    ...(app === undefined ? {} : { appVersion: app }),
  });
  const { id, isNew } = pushedChangeSchema.parse(answer);
  process.stderr.write(`${isNew ? "pushed" : "known"} as ${id}\n`);
  return id;
}

async function ask(
  client: ServerClient,
  { environment, request, waitMs }: { environment: string; request: GateRequest; waitMs: number },
): Promise<GateDecision> {
  const deadline = performance.now() + waitMs;
  let isTold = false;
  for (;;) {
    const answer = await client.request(
      "POST",
      `/environments/${encodeURIComponent(environment)}/gate`,
      request,
    );
    const decision = gateDecisionSchema.parse(answer);
    if (!awaitsRehearsal(decision) || performance.now() + askAgainMs > deadline) return decision;
    if (!isTold) process.stderr.write("a rehearsal is awaited …\n");
    isTold = true;
    await sleep(askAgainMs);
  }
}

/** Whether nothing but a rehearsal under way stands between this answer and another. */
export function awaitsRehearsal({ verdict, reasons }: GateDecision): boolean {
  const awaited = reasons.filter(({ effect }) => effect === "unknown");
  return verdict === "unknown" && awaited.every(({ code }) => code === "rehearsal-running");
}

function usage(message: string, next: string): Failure {
  return new Failure({ code: "usage", message, state: "Nothing was asked.", next });
}
