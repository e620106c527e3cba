import { Command, Option } from "commander";
import { takenSchema } from "../../api/signals.ts";
import { momentFlag } from "../duration-flag.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

interface Flags extends ServerFlags {
  env: string;
  title?: string;
  component?: string;
  severity: string;
  since?: string;
  ended: boolean;
}

/** `interlock signal send`. */
export function sendSignalCommand(): Command {
  const command = new Command("send")
    .description("Say that a service is unwell, or that it is well again. The same key is the same trouble.")
    .argument("<key>", "what tells it from other troubles: queue-full")
    .requiredOption("--env <environment>", "where")
    .option("--title <text>", "what it is (default: the key)")
    .option("--component <key>", "the component that it is about")
    .addOption(
      new Option("--severity <severity>", "only a critical one opens an incident")
        .choices(["critical", "warning", "info"])
        .default("critical"),
    )
    .option("--since <moment>", "when it began (default: now)", momentFlag)
    .option("--ended", "it is over", false)
    .addHelpText(
      "after",
      `
Examples:
  interlock signal send queue-full --env production --component payment-api --title 'The queue is full'
  interlock signal send queue-full --env production --ended
`,
    );
  return addServerFlags(command).action(async (key: string, flags: Flags) => {
    const { env, title = key, component, severity, since, ended } = flags;
    const client = await openServerClient(flags);
    const answer = await client.request("POST", `/environments/${encodeURIComponent(env)}/signals`, {
      key,
      title,
      severity,
      state: ended ? "ended" : "firing",
      ...(component === undefined ? {} : { component }),
      ...(since === undefined ? {} : { startedAt: since }),
    });
    const { taken } = takenSchema.parse(answer);
    const lines = taken.map(({ outcome, signal }) => `${signal ?? key}  ${outcome}\n`);
    process.stdout.write(flags.json ? `${JSON.stringify({ taken })}\n` : lines.join(""));
  });
}
