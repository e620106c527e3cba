import { Argument, Command, InvalidArgumentError } from "commander";
import {
  madeSourceSchema,
  sourceKinds,
  sourceListSchema,
  sourceSchema,
  type SignalSource,
} from "../../api/signals.ts";
import { durationFlag } from "../duration-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

interface AddFlags extends ServerFlags {
  env: string;
  name?: string;
  field?: string;
  map?: [string, string][];
  otherwise?: string;
  endsAfter?: number;
}

/** `interlock signal source add|list|remove`: who may send signals. */
export function sourceCommand(): Command {
  return new Command("source")
    .description("Who may send signals, in which shape, and which component theirs are about.")
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand());
}

function addCommand(): Command {
  const command = new Command("add")
    .description("Let a monitoring system send signals. Its secret is shown this once.")
    .addArgument(new Argument("<kind>", "what it sends").choices([...sourceKinds]))
    .requiredOption("--env <environment>", "where")
    .option("--name <name>", "what it is called (default: its kind)")
    .option("--field <label>", "the label or field that says the component (default: component)")
    .option("--map <value=component...>", "what stands there, and the component that is meant", pairFlag)
    .option("--otherwise <component>", "the component of what says none")
    .option("--ends-after <duration>", "what is not sent again for this long has ended", durationFlag)
    .addHelpText(
      "after",
      "\nExample:\n  interlock signal source add alertmanager --env production --field service --map checkout=payment-api\n",
    );
  return addServerFlags(command).action(async (kind: SignalSource["kind"], flags: AddFlags) => {
    const { env, name = kind, field, map = [], otherwise, endsAfter } = flags;
    const client = await openServerClient(flags);
    const answer = await client.request("POST", `/environments/${encodeURIComponent(env)}/signal-sources`, {
      name,
      kind,
      mapping: {
        ...(field === undefined ? {} : { field }),
        components: Object.fromEntries(map),
        ...(otherwise === undefined ? {} : { otherwise }),
      },
      ...(endsAfter === undefined ? {} : { endsAfterMinutes: Math.ceil(endsAfter / 60_000) }),
    });
    const made = madeSourceSchema.parse(answer);
    const token = `/api/v1/environments/${env}/signal-sources/${name}/deliveries`;
    const text = [
      `${made.source.id}  ${name} (${kind})`,
      `  sends to ${client.server}${made.path}`,
      `  secret, shown this once: ${made.secret}`,
      `  or, with a token that has signal:write: ${client.server}${token}`,
    ];
    process.stdout.write(flags.json ? `${JSON.stringify(made)}\n` : `${text.join("\n")}\n`);
  });
}

function pairFlag(text: string, before: [string, string][] = []): [string, string][] {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write value=component.");
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List who may send signals of an environment.")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock signal source list --env production\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/signal-sources`;
    const answer = sourceListSchema.parse(await client.request("GET", path));
    const text = answer.sources.map(render).join("") || "There is none.\n";
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("Take nothing more from a source, and end what it left firing.")
    .argument("<name>")
    .requiredOption("--env <environment>", "where")
    .addHelpText("after", "\nExample:\n  interlock signal source remove alertmanager --env production\n");
  return addServerFlags(command).action(async (name: string, flags: ServerFlags & { env: string }) => {
    const client = await openServerClient(flags);
    const path = `/environments/${encodeURIComponent(flags.env)}/signal-sources/${encodeURIComponent(name)}`;
    const source = sourceSchema.parse(await client.request("DELETE", path));
    process.stdout.write(flags.json ? `${JSON.stringify(source)}\n` : `${source.name} was removed\n`);
  });
}

function render({ id, name, kind, mapping, createdAt, createdBy }: SignalSource): string {
  return `${id}  ${name} (${kind})  component by ${mapping.field}  made ${createdAt} by ${createdBy}\n`;
}
