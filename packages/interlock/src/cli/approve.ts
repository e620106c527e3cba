import { Command } from "commander";
import { approvalListSchema, approvalSchema, type Approval } from "../api/approvals.ts";
import { Failure } from "../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface Flags extends ServerFlags {
  env?: string;
  days?: string;
  list: boolean;
  withdraw?: string;
}

/** `interlock approve`: agree to somebody else's change going to an environment. */
export function approveCommand(): Command {
  const command = new Command("approve")
    .description("Agree to somebody else's change going to an environment, having read it.")
    .argument("[change]", "its id, chg_…")
    .option("--env <environment>", "where to")
    .option("--days <number>", "how long it holds (default: 7)")
    .option("--list", "list the approvals that hold instead", false)
    .option("--withdraw <approval>", "take an approval back instead, by its id apr_…")
    .addHelpText(
      "after",
      `
Examples:
  interlock change show chg_4x0k9d2m7q1tzc8v
  interlock approve chg_4x0k9d2m7q1tzc8v --env production
`,
    );
  return addServerFlags(command).action(async (change: string | undefined, flags: Flags) => {
    const approvals = await carryOut(change, flags);
    const text =
      approvals.length === 0 ? "There are no approvals that hold.\n" : approvals.map(render).join("");
    process.stdout.write(flags.json ? `${JSON.stringify({ approvals })}\n` : text);
  });
}

async function carryOut(change: string | undefined, flags: Flags): Promise<Approval[]> {
  const client = await openServerClient(flags);
  if (flags.withdraw !== undefined) {
    const path = `/approvals/${encodeURIComponent(flags.withdraw)}`;
    return [approvalSchema.parse(await client.request("DELETE", path))];
  }
  if (flags.env === undefined) throw usage("It is not said for which environment.", "Give --env production.");
  const path = `/environments/${encodeURIComponent(flags.env)}/approvals`;
  if (flags.list) {
    const query = change === undefined ? "" : `?change=${encodeURIComponent(change)}`;
    return approvalListSchema.parse(await client.request("GET", `${path}${query}`)).approvals;
  }
  if (change === undefined)
    throw usage("It is not said which change.", "Give its id: interlock approve chg_… --env production.");
  const days = flags.days === undefined ? {} : { days: Number(flags.days) };
  return [approvalSchema.parse(await client.request("POST", path, { change, ...days }))];
}

function render({ id, change, environment, approver, role, expiresAt, withdrawnAt }: Approval): string {
  const until = withdrawnAt === null ? `until ${expiresAt}` : `withdrawn ${withdrawnAt}`;
  return `${id}  ${change} for ${environment}, by ${approver} (${role}), ${until}\n`;
}

function usage(message: string, next: string): Failure {
  return new Failure({ code: "usage", message, state: "Nothing was changed.", next });
}
