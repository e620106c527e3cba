import { Command, Option } from "commander";
import { z } from "zod";
import {
  changeDetailSchema,
  changeSchema,
  pushedChangeSchema,
  rehearsalSchema,
  type Change,
  type ChangeDetail,
  type RehearsalSummary,
} from "../api/changes.ts";
import { readChangeFiles } from "./change-files.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface PushFlags extends ServerFlags {
  baseline?: string[];
  app?: string;
  title?: string;
  env?: string;
}

/** `interlock change push|show|list|rehearse|close`: migrations that are to be released. */
export function changeCommand(): Command {
  return new Command("change")
    .description("Hand migrations to the server, and see what rehearsing them showed.")
    .addCommand(pushCommand())
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(rehearseCommand())
    .addCommand(closeCommand());
}

function print(json: boolean, { value, text }: { value: unknown; text: string }): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

function pushCommand(): Command {
  const command = new Command("push")
    .description("Hand in a change; the same files, baseline and version give the same change again.")
    .argument("<migration...>", "SQL files or directories of the change, in the order they will run")
    .option(
      "--baseline <path...>",
      "what the database has already (default: what stands before the migration)",
    )
    .option("--app <version>", "the app version that comes with it: payments@2.3.0")
    .option("--title <text>", "for people (default: the names of its files)")
    .option("--env <environment>", "have it rehearsed with the versions that are live there")
    .addHelpText(
      "after",
      "\nExample:\n  interlock change push migrations/0042_status.sql --app payments@2.3.0 --env production\n",
    );
  return addServerFlags(command).action(async (migrations: string[], flags: PushFlags) => {
    const files = await readChangeFiles({ migrations, baseline: flags.baseline });
    const client = await openServerClient(flags);
    const pushed = pushedChangeSchema.parse(
      await client.request("POST", "/changes", {
        ...files,
        ...(flags.title === undefined ? {} : { title: flags.title }),
        ...(flags.app === undefined ? {} : { appVersion: flags.app }),
      }),
    );
    if (flags.env !== undefined) {
      await client.request("POST", `/changes/${pushed.id}/rehearsals`, { environment: flags.env });
    }
    const known = pushed.isNew ? "" : "  (handed in before)";
    print(flags.json, { value: pushed, text: `${renderChange(pushed)}${known}` });
  });
}

function showCommand(): Command {
  const command = new Command("show")
    .description("Show a change and what its rehearsals showed.")
    .argument("<change>", "its id, chg_…")
    .addHelpText("after", "\nExample:\n  interlock change show chg_4x0k9d2m7q1tzc8v\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const change = changeDetailSchema.parse(
      await client.request("GET", `/changes/${encodeURIComponent(id)}`),
    );
    print(flags.json, { value: change, text: renderDetail(change) });
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List changes, the newest first.")
    .option("--all", "those that were closed as well", false)
    .addHelpText("after", "\nExample:\n  interlock change list --all\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { all: boolean }) => {
    const client = await openServerClient(flags);
    const answer = z
      .object({ changes: z.array(changeSchema) })
      .parse(await client.request("GET", `/changes?open=${String(!flags.all)}`));
    const text =
      answer.changes.map(renderChange).join("\n") ||
      "There is no change. One comes in with interlock change push.";
    print(flags.json, { value: answer, text });
  });
}

function rehearseCommand(): Command {
  const command = new Command("rehearse")
    .description("Have a change rehearsed; one that failed is tried again.")
    .argument("<change>", "its id, chg_…")
    .option("--env <environment>", "with the versions that are live there")
    .option("--old <version...>", "with these versions instead")
    .addHelpText("after", "\nExample:\n  interlock change rehearse chg_4x0k9d2m7q1tzc8v --env production\n");
  return addServerFlags(command).action(
    async (id: string, flags: ServerFlags & { env?: string; old?: string[] }) => {
      const client = await openServerClient(flags);
      const rehearsal = rehearsalSchema.parse(
        await client.request("POST", `/changes/${encodeURIComponent(id)}/rehearsals`, {
          ...(flags.env === undefined ? {} : { environment: flags.env }),
          ...(flags.old === undefined ? {} : { old: flags.old }),
        }),
      );
      print(flags.json, { value: rehearsal, text: renderRehearsal(rehearsal) });
    },
  );
}

function closeCommand(): Command {
  const command = new Command("close")
    .description("Close a change that will never be released, or that is in the databases for good.")
    .argument("<change>", "its id, chg_…")
    .addOption(
      new Option("--as <how>", "what became of it").choices(["abandoned", "shipped"]).default("abandoned"),
    )
    .addHelpText("after", "\nExample:\n  interlock change close chg_4x0k9d2m7q1tzc8v --as abandoned\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags & { as: string }) => {
    const client = await openServerClient(flags);
    const change = changeDetailSchema.parse(
      await client.request("POST", `/changes/${encodeURIComponent(id)}/close`, { as: flags.as }),
    );
    print(flags.json, { value: change, text: renderChange(change) });
  });
}

/** `chg_…  One status  payments@2.3.0  by ada  2026-01-02  rename-column on public.payments`. */
export function renderChange(change: Change): string {
  const { id, title, appVersion, createdBy, createdAt, closedAs, touches } = change;
  return [
    id,
    title,
    ...(appVersion === null ? [] : [appVersion]),
    `by ${createdBy}, ${createdAt.slice(0, 10)}`,
    `${touches.kinds.join(", ")} on ${touches.tables.join(", ") || "no table"}`,
    ...(closedAs === null ? [] : [closedAs]),
  ].join("  ");
}

function renderDetail(change: ChangeDetail): string {
  const rehearsals = change.rehearsals.map(renderRehearsal);
  return [
    renderChange(change),
    ...change.files.map((path) => `  ${path}`),
    ...(rehearsals.length === 0 ? ["It was not rehearsed yet: interlock change rehearse."] : rehearsals),
  ].join("\n");
}

/** `reh_…  done  unsafe, order split  planned  old payments@2.2.0  new payments@2.3.0`. */
export function renderRehearsal(rehearsal: RehearsalSummary): string {
  const { id, state, verdict, order, planned, refusal, failure } = rehearsal;
  const outcome =
    state === "done"
      ? [`${verdict ?? "unknown"}, order ${order ?? "not known"}`, planned ? "planned" : "no plan"]
      : [];
  const line = [id, state, ...outcome, `old ${namesOf(rehearsal.old)}`, `new ${namesOf(rehearsal.new)}`].join(
    "  ",
  );
  const facts = failure ?? refusal;
  return facts === null ? line : `${line}\n  ${String(facts["code"])}: ${String(facts["message"])}`;
}

function namesOf(versions: readonly { appVersion: string }[]): string {
  return versions.map(({ appVersion }) => appVersion).join(", ") || "none";
}
