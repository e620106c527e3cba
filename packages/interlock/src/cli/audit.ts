import { Command } from "commander";
import { auditPageSchema, auditVerificationSchema, hashSchema, type AuditEntryOnWire } from "../api/audit.ts";
import { openControl } from "../control/control.ts";
import { externalControlDatabase } from "../control/open-control-database.ts";
import { verifyAuditLog, type AuditVerification } from "../control/verify-audit-log.ts";
import { Failure } from "../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface ListFlags extends ServerFlags {
  after: string;
  limit: string;
}

interface VerifyFlags extends ServerFlags {
  expect?: string;
  database?: string;
}

/** `interlock audit list|verify`: who did what, and whether that is what was written. */
export function auditCommand(): Command {
  return new Command("audit")
    .description("Read the audit log, and prove that nobody changed it.")
    .addCommand(listCommand())
    .addCommand(verifyCommand());
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List entries of the audit log, in order.")
    .option("--after <number>", "begin after this entry", "0")
    .option("--limit <number>", "how many at most", "100")
    .addHelpText("after", "\nExample:\n  interlock audit list --after 1200 --json\n");
  return addServerFlags(command).action(async (flags: ListFlags) => {
    const client = await openServerClient(flags);
    const query = new URLSearchParams({ after: flags.after, limit: flags.limit });
    const page = auditPageSchema.parse(await client.request("GET", `/audit?${query.toString()}`));
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(page)}\n`);
      return;
    }
    for (const entry of page.entries) process.stdout.write(`${renderEntry(entry)}\n`);
    if (page.next !== null) process.stderr.write(`There are more: --after ${page.next}\n`);
  });
}

function verifyCommand(): Command {
  const command = new Command("verify")
    .description("Recompute every hash of the audit log; exit code 1 when an entry is not as it was written.")
    .option("--expect <hash>", "a head that was noted before: it must still be in the log")
    .option("--database <url>", "read the control database itself, without the server")
    .addHelpText(
      "after",
      `
Keep the head that it prints somewhere else: with --expect it proves later that nothing was cut off.

Example:
  interlock audit verify
  interlock audit verify --database postgres://auditor@localhost/interlock_control --expect 9f86d081884c7d65…

Exit codes: 0 intact; 1 not as it was written; 2 failed.
`,
    );
  return addServerFlags(command).action(async (flags: VerifyFlags) => {
    const result =
      flags.database === undefined ? await askServer(flags) : await readDatabase(flags.database, flags);
    if (!result.intact) process.exitCode = 1;
    process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${renderVerification(result)}\n`);
  });
}

async function askServer({ expect, ...flags }: VerifyFlags): Promise<AuditVerification> {
  const client = await openServerClient(flags);
  const query = expect === undefined ? "" : `?${new URLSearchParams({ expect }).toString()}`;
  return auditVerificationSchema.parse(await client.request("GET", `/audit/verification${query}`));
}

async function readDatabase(url: string, { expect }: VerifyFlags): Promise<AuditVerification> {
  if (expect !== undefined && !hashSchema.safeParse(expect).success) {
    throw new Failure({
      code: "hash-not-valid",
      message: `--expect "${expect}" is not the hash of an entry.`,
      state: "Nothing was read.",
      next: "Give the 64 hexadecimal digits that `interlock audit verify` printed as the head.",
    });
  }
  const control = openControl(externalControlDatabase(url).connection, { applicationName: "interlock" });
  try {
    return await verifyAuditLog(control, expect === undefined ? {} : { expectedHead: expect });
  } finally {
    await control.close();
  }
}

/** What verifying showed, in words. */
export function renderVerification(result: AuditVerification): string {
  if (!result.intact) return `not intact at entry ${result.number}: ${result.message}`;
  const entries = result.entries === 1 ? "1 entry" : `${result.entries.toLocaleString("en")} entries`;
  return `intact: ${entries}\nhead    ${result.head}`;
}

function renderEntry({ number, at, actor, action, environment, subject, detail }: AuditEntryOnWire): string {
  const where = environment === null ? "" : `  ${environment}`;
  return `${number.padStart(6)}  ${at}  ${actor}  ${action}${where}  ${subject}  ${JSON.stringify(detail)}`;
}
