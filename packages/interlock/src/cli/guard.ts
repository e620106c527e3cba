import { hostname, userInfo } from "node:os";
import { Command, Option } from "commander";
import type { Client } from "pg";
import { connect } from "../database/connect.ts";
import { closeGuard } from "../guard/close-guard.ts";
import { disableGuard } from "../guard/disable-guard.ts";
import { enableGuard } from "../guard/enable-guard.ts";
import { guardStatus } from "../guard/guard-status.ts";
import { openGuard } from "../guard/open-guard.ts";
import { removeFromDatabase } from "../guard/remove-from-database.ts";
import { Failure } from "../std/failure.ts";
import { renderGuardStatus, renderPass } from "./guard-view.ts";
import { addDatabaseFlag, readConnection, readDuration } from "./ship-flags.ts";

/** What every command of the guard is given. */
interface Flags {
  database?: string;
  json: boolean;
}

/** `interlock guard`: refuse structural changes that do not come through Interlock. */
export function guardCommand(): Command {
  const command = new Command("guard")
    .description("Refuse structural changes of a database that do not come through Interlock.")
    .addHelpText("after", help);
  for (const inner of [enable(), disable(), status(), open(), close(), remove()]) command.addCommand(inner);
  return command;
}

const help = `
Making event triggers takes a superuser, or the role that a hosting service has for it; once. Temporary tables,
upkeep (reindex, vacuum, refresh) and, unless --refuse-grants is given, rights are let through. A superuser can
always get around it: alter event trigger … disable. \`status\` shows that.

Example:
  interlock guard enable --database postgres://postgres@localhost/payments --reason "production"
  interlock guard open --role ops --for 30min --reason "ticket 4711" --database postgres://owner@localhost/payments
`;

function enable(): Command {
  return addDatabaseFlag(new Command("enable").description("Turn the guard on, or change its settings."))
    .option("--reason <text>", "why, for those who are refused")
    .option("--refuse-grants", "refuse GRANT and REVOKE as well; by default they are only logged", false)
    .option(
      "--except-role <name>",
      "a role whose changes are logged and not refused; may be repeated",
      collect,
      [],
    )
    .addHelpText(
      "after",
      "\nExample:\n  interlock guard enable --except-role partman --database postgres://postgres@localhost/payments\n",
    )
    .action(async (flags: Flags & { reason?: string; refuseGrants: boolean; exceptRole: string[] }) => {
      await onDatabase(flags, async (client) => {
        const { reason, refuseGrants: refusesGrants, exceptRole: exceptedRoles } = flags;
        await enableGuard(client, {
          by: whoWeAre(),
          refusesGrants,
          exceptedRoles,
          ...(reason === undefined ? {} : { reason }),
        });
        print(flags, { guard: "on" }, "The guard is on: structural changes outside Interlock are refused.");
      });
    });
}

function disable(): Command {
  return addDatabaseFlag(new Command("disable").description("Turn the guard off; changes are still logged."))
    .requiredOption("--reason <text>", "why; it is kept")
    .addHelpText(
      "after",
      '\nExample:\n  interlock guard disable --reason "moving to another server" --database URL\n',
    )
    .action(async (flags: Flags & { reason: string }) => {
      await onDatabase(flags, async (client) => {
        await disableGuard(client, { by: whoWeAre(), reason: flags.reason });
        print(flags, { guard: "off" }, "The guard is off. Structural changes are logged and not refused.");
      });
    });
}

function status(): Command {
  return addDatabaseFlag(
    new Command("status").description("Show whether the guard is on, and who may pass it."),
  )
    .addHelpText(
      "after",
      "\nExit codes: 0 it is on, 1 it is off, 3 something of it is missing.\n\nExample:\n  interlock guard status --database URL\n",
    )
    .action(async (flags: Flags) => {
      await onDatabase(flags, async (client) => {
        const found = await guardStatus(client);
        print(flags, found, renderGuardStatus(found));
        if (found.guard !== "on") process.exitCode = found.guard === "broken" ? 3 : 1;
      });
    });
}

function open(): Command {
  return addDatabaseFlag(
    new Command("open").description(
      "Let a role, or everybody, change the structure for a while. It is logged.",
    ),
  )
    .addOption(new Option("--role <name>", "whom to let through").conflicts("everybody"))
    .option("--everybody", "let everybody through", false)
    .option("--for <duration>", "how long, 4h at most", "30min")
    .requiredOption("--reason <text>", "why; it is kept")
    .addHelpText(
      "after",
      '\nExample:\n  interlock guard open --role ops --for 30min --reason "ticket 4711" --database URL\n',
    )
    .action(async (flags: Flags & { role?: string; everybody: boolean; for: string; reason: string }) => {
      const role = flags.everybody ? null : flags.role;
      if (role === undefined) throw nobodyNamed();
      const forMs = readDuration(flags.for, "--for");
      await onDatabase(flags, async (client) => {
        const pass = await openGuard(client, { by: whoWeAre(), role, reason: flags.reason, forMs });
        print(flags, pass, `${renderPass(pass)}\nEnd it before its time: interlock guard close`);
      });
    });
}

function close(): Command {
  return addDatabaseFlag(new Command("close").description("End what `open` let through, before its time."))
    .option("--pass <number>", "only this one; by default all")
    .addHelpText("after", "\nExample:\n  interlock guard close --database URL\n")
    .action(async (flags: Flags & { pass?: string }) => {
      if (flags.pass !== undefined && !/^[1-9]\d{0,17}$/.test(flags.pass)) throw noNumber(flags.pass);
      await onDatabase(flags, async (client) => {
        const ended = await closeGuard(client, {
          by: whoWeAre(),
          ...(flags.pass === undefined ? {} : { number: flags.pass }),
        });
        print(flags, { closed: ended }, `Closed: ${ended.map(({ number }) => `pass ${number}`).join(", ")}.`);
      });
    });
}

function remove(): Command {
  return addDatabaseFlag(
    new Command("remove").description(
      "Remove the guard, the watch and their log without a trace; the journal stays.",
    ),
  )
    .option("--everything", "the journal too, and schema interlock, where no change is unfinished", false)
    .addHelpText(
      "after",
      "\nExample:\n  interlock guard remove --database postgres://postgres@localhost/payments\n",
    )
    .action(async (flags: Flags & { everything: boolean }) => {
      await onDatabase(flags, async (client) => {
        const { removed } = await removeFromDatabase(client, { everything: flags.everything });
        const what = removed === "schema" ? "Schema interlock is" : "The guard, the watch and their log are";
        print(flags, { removed }, `${what} removed. Nothing of the application's was touched.`);
      });
    });
}

async function onDatabase(flags: Flags, work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connect(readConnection(flags));
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function print({ json }: Flags, value: object, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** Who runs the command, for those who are refused: `ada@laptop`. */
function whoWeAre(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container may run under a number that has no name.
    return hostname();
  }
}

function nobodyNamed(): Failure {
  return new Failure({
    code: "role-missing",
    message: "It is not said whom to let through.",
    state: "The guard is as it was.",
    next: "Add --role NAME, or --everybody.",
  });
}

function noNumber(text: string): Failure {
  return new Failure({
    code: "pass-not-valid",
    message: `--pass "${text}" is not the number of a pass.`,
    state: "The guard is as it was.",
    next: "`interlock guard status` shows the passes that are open.",
  });
}
