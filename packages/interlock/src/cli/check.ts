import { Command, Option } from "commander";
import { check } from "../rehearsal/check.ts";
import type { CheckReport } from "../rehearsal/report/check-report.ts";
import { durationFlag } from "./duration-flag.ts";
import { addSandboxFlags, readSandbox, type SandboxFlags } from "./check/sandbox-flags.ts";
import { addDatabaseFlags, readDatabase, type DatabaseFlags } from "./check/database-flags.ts";
import { addBaselineFlags, majorAsked, type BaselineFlags } from "./check/baseline-flags.ts";
import { addChangeFlags, readChange, type ChangeFlags } from "./check/change-flags.ts";
import { addReportFlags, showReport, type ReportFlags } from "./check/report-flags.ts";
import { addWaitingFlags, readWaitingFlags, type WaitingFlags } from "./check/waiting-flags.ts";

interface Flags extends ChangeFlags, BaselineFlags, DatabaseFlags, ReportFlags, WaitingFlags, SandboxFlags {
  old?: string[];
  new?: string[];
  deploy: "schema-first" | "app-first" | "any";
  shadow?: string;
  keepShadow?: number | boolean;
}

const keptMs = 10 * 60_000;
const exitCodes: Readonly<Record<CheckReport["verdict"], number>> = { safe: 0, unsafe: 1, unknown: 3 };

/** `interlock check`: rehearse a change underneath the workloads, and say whether and in which order to deploy it. */
export function checkCommand(): Command {
  const command = addWaitingFlags(addDatabaseFlags(addBaselineFlags(addChangeFlags(new Command("check")))));
  return addSandboxFlags(addReportFlags(command))
    .description(
      "Rehearse a change on a throwaway PostgreSQL underneath the statements of the live versions.",
    )
    .argument("<migration...>", "SQL files or directories of the change, in the order they will run")
    .option("--old <workload...>", "workloads of the versions that run now")
    .option("--new <workload...>", "workloads of the versions to come")
    .addOption(
      new Option("--deploy <order>", "how you mean to deploy")
        .choices(["schema-first", "app-first", "any"])
        .default("schema-first"),
    )
    .option("--shadow <url>", "a server for throwaway databases (default: the embedded PostgreSQL)")
    .option(
      "--keep-shadow [duration]",
      "keep the embedded PostgreSQL up for the next check: 90s, 10m, 1h",
      durationFlag,
    )
    .addHelpText("after", help)
    .action(async (migrations: string[], flags: Flags) => {
      const change = await readChange(migrations, flags);
      if (change === undefined) return;
      const postgres = majorAsked(flags);
      const report = await check({
        ...change,
        ...(await readDatabase(flags)),
        ...(flags.database === undefined ? {} : { database: flags.database }),
        ...readWaitingFlags(flags),
        notice: (text) => process.stderr.write(`${text}\n`),
        ...(postgres === undefined ? {} : { postgres }),
        ...readSandbox(flags),
        deploy: flags.deploy,
        old: flags.old ?? [],
        new: flags.new ?? [],
        ...(flags.shadow === undefined ? {} : { shadowUrl: flags.shadow }),
        ...(flags.keepShadow === undefined
          ? {}
          : { keepShadowMs: typeof flags.keepShadow === "number" ? flags.keepShadow : keptMs }),
      });
      await showReport(report, flags, flags);
      process.exitCode = exitCodes[report.verdict];
    });
}

const help = `
Example:
  interlock check migrations/0042_status.sql --old workloads/payments@2.2.0.json --new workloads/payments@2.3.0.json
  interlock check prisma/migrations/20240102000000_status --baseline schema.sql --old workloads/payments@2.2.0.json
  interlock check migrations/0042_status.sql --database postgres://monitor@db.example.com/payments
  interlock check migrations --since-ref origin/main --old workloads/payments@2.2.0.json

Exit codes: 0 safe, 1 unsafe, 2 the check failed, 3 unknown (something is missing; the report says what).
`;
