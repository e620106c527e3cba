import { Command, InvalidArgumentError } from "commander";
import { shipmentListSchema, shipmentSchema, type Shipment } from "../api/shipments.ts";
import { followShipment } from "./follow-shipment.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";
import { exitCodeOf, renderShipment, renderSummary } from "./shipment-view.ts";

interface FollowFlags extends ServerFlags {
  follow?: boolean;
  /** Minutes. */
  wait: number;
}

interface StartFlags extends FollowFlags {
  env: string;
  to: string;
  canaries?: number;
  concurrency?: number;
  lockBudget?: number;
  acceptLoss?: boolean;
}

interface ResumeFlags extends FollowFlags {
  to?: string;
  lockBudget?: number;
}

/** `interlock shipment start|show|list|resume|stop|rollback|follow`: ships a change through a server. */
export function shipmentCommand(): Command {
  return new Command("shipment")
    .description(
      "Ship a change through the databases of an environment; servers go on with it through restarts.",
    )
    .addCommand(startCommand())
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(resumeCommand())
    .addCommand(stopCommand())
    .addCommand(rollbackCommand())
    .addCommand(followCommand());
}

function startCommand(): Command {
  const command = new Command("start")
    .description("Begin to ship a change, if the gate lets it.")
    .argument("<change>", "its id, chg_…")
    .requiredOption("--env <environment>", "where to")
    .option("--to <phase>", "expand: until both versions work; contract: all of it", "contract")
    .option("--canaries <number>", "how many databases go first (default: those marked as canaries)", number)
    .option("--concurrency <number>", "how many databases at once (default: 4)", number)
    .option("--lock-budget <ms>", "how long a step may keep a statement waiting (default: 250)", number)
    .option("--accept-loss", "begin it although a rollback could not bring back all that the plan names")
    .addHelpText(
      "after",
      "\nExample:\n  interlock shipment start chg_4x0k9d2m7q1tzc8v --env production --to expand --follow\n",
    );
  return addFollowFlags(command).action(async (change: string, flags: StartFlags) => {
    const { env, to, canaries, concurrency, lockBudget } = flags;
    await act(flags, "POST", `/environments/${encodeURIComponent(env)}/shipments`, {
      change,
      target: to,
      ...(canaries === undefined ? {} : { canaries }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(lockBudget === undefined ? {} : { lockBudgetMs: lockBudget }),
      ...(flags.acceptLoss === true ? { acceptLoss: true } : {}),
    });
  });
}

function showCommand(): Command {
  const command = new Command("show")
    .description("Show how far a shipment is: databases, phases, steps, and why it waits or stopped.")
    .argument("<shipment>", "its id, shp_…")
    .addHelpText("after", "\nExample:\n  interlock shipment show shp_4x0k9d2m7q1tzc8v\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    print(shipmentSchema.parse(await client.request("GET", pathOf(id))), flags);
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List the shipments of an environment, the newest first.")
    .requiredOption("--env <environment>", "which environment")
    .addHelpText("after", "\nExample:\n  interlock shipment list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/shipments`;
    const list = shipmentListSchema.parse(await client.request("GET", path));
    const text = list.shipments.map((one) => `${renderSummary(one)}\n`).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(list)}\n` : text);
  });
}

function resumeCommand(): Command {
  const command = new Command("resume")
    .description("Go on with a shipment that stopped, or take one that is expanded on to contract.")
    .argument("<shipment>", "its id, shp_…")
    .option("--to <phase>", "contract, where it was to stop after expand")
    .option("--lock-budget <ms>", "how long a step may keep a statement waiting from now on", number)
    .addHelpText(
      "after",
      "\nExample:\n  interlock shipment resume shp_4x0k9d2m7q1tzc8v --to contract --follow\n",
    );
  return addFollowFlags(command).action(async (id: string, flags: ResumeFlags) => {
    await act(flags, "POST", `${pathOf(id)}/resume`, {
      ...(flags.to === undefined ? {} : { to: flags.to }),
      ...(flags.lockBudget === undefined ? {} : { lockBudgetMs: flags.lockBudget }),
    });
  });
}

function stopCommand(): Command {
  const command = new Command("stop")
    .description(
      "Stop a shipment where it is safe: what is under way ends its transaction, nothing new begins.",
    )
    .argument("<shipment>", "its id, shp_…")
    .addHelpText("after", "\nExample:\n  interlock shipment stop shp_4x0k9d2m7q1tzc8v\n");
  return addFollowFlags(command).action(async (id: string, flags: FollowFlags) => {
    await act(flags, "POST", `${pathOf(id)}/stop`);
  });
}

function rollbackCommand(): Command {
  const command = new Command("rollback")
    .description("Take a shipment back in every database where it was begun, when the gate lets it.")
    .argument("<shipment>", "its id, shp_…")
    .option("--accept-loss", "go on although values that only the new version can see are lost")
    .addHelpText("after", "\nExample:\n  interlock shipment rollback shp_4x0k9d2m7q1tzc8v --follow\n");
  return addFollowFlags(command).action(async (id: string, flags: FollowFlags & { acceptLoss?: boolean }) => {
    await act(flags, "POST", `${pathOf(id)}/rollback${flags.acceptLoss === true ? "?acceptLoss=true" : ""}`);
  });
}

function followCommand(): Command {
  const command = new Command("follow")
    .description("Print what happens in a shipment until it has ended, stopped, or waited too long.")
    .argument("<shipment>", "its id, shp_…")
    .addHelpText(
      "after",
      "\nExit codes: 0 ready, done or rolled back; 1 stopped by somebody, or waited too long; 2 failed.\n\nExample:\n  interlock shipment follow shp_4x0k9d2m7q1tzc8v --wait 30\n",
    );
  addServerFlags(command).option("--wait <minutes>", "how long a waiting shipment is followed", number, 60);
  return command.action(async (id: string, flags: FollowFlags) => {
    await follow(id, flags);
  });
}

function addFollowFlags(command: Command): Command {
  return addServerFlags(command)
    .option("--follow", "print what happens until its end; the exit code says how it ended")
    .option("--wait <minutes>", "how long a waiting shipment is followed", number, 60);
}

async function act(flags: FollowFlags, method: "POST", path: string, body?: object): Promise<void> {
  const client = await openServerClient(flags);
  const shipment = shipmentSchema.parse(await client.request(method, path, body));
  if (flags.follow === true) await follow(shipment.shipment, flags);
  else print(shipment, flags);
}

async function follow(id: string, flags: FollowFlags): Promise<void> {
  const client = await openServerClient(flags);
  const shipment = await followShipment({
    waitMs: flags.wait * 60_000,
    read: async () => shipmentSchema.parse(await client.request("GET", pathOf(id))),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  print(shipment, flags);
  process.exitCode = exitCodeOf(shipment);
}

function print(shipment: Shipment, { json }: ServerFlags): void {
  process.stdout.write(json ? `${JSON.stringify(shipment)}\n` : renderShipment(shipment));
}

function pathOf(id: string): string {
  return `/shipments/${encodeURIComponent(id)}`;
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("Write a number.");
  return value;
}
