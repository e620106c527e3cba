import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { CheckReport } from "../../rehearsal/report/check-report.ts";
import type { FormatContext } from "../../rehearsal/report/formats/format.ts";
import {
  formatNames,
  formats,
  isFormatName,
  type FormatName,
} from "../../rehearsal/report/formats/formats.ts";
import type { GivenPaths } from "../../rehearsal/report/next-step.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { repositoryPaths } from "../repository-path.ts";

/** What the flags of the report say. */
export interface ReportFlags {
  format: FormatName;
  json: boolean;
  output?: string;
  report?: ReportFile[];
  verbose: boolean;
}

interface ReportFile {
  format: FormatName;
  file: string;
}

/** How the report is printed, and where else it is written. */
export function addReportFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--format <format>", "how to print the report").choices(formatNames).default("text"),
    )
    .option("--json", "the same as --format json", false)
    .option("--output <file>", "write there what --format says, and print the text")
    .option(
      "--report <format=file...>",
      "write the report in another format too, such as sarif=check.sarif; as often as you like",
      reportFile,
    )
    .option("--verbose", "list everything, not the first few", false);
}

function reportFile(text: string, earlier: ReportFile[] | undefined): ReportFile[] {
  const [format = "", ...rest] = text.split("=");
  const file = rest.join("=");
  if (!isFormatName(format) || file === "") {
    throw new InvalidArgumentError(`Write it as FORMAT=FILE, with one of ${formatNames.join(", ")}.`);
  }
  return [...(earlier ?? []), { format, file }];
}

/** Writes the files that were asked for, then prints. */
export async function showReport(
  report: CheckReport,
  flags: ReportFlags,
  asked: { old?: string[]; new?: string[]; baseline?: string[] },
): Promise<void> {
  const format = flags.json ? "json" : flags.format;
  const files = [
    ...(flags.report ?? []),
    ...(flags.output === undefined ? [] : [{ format, file: flags.output }]),
  ];
  const pathOf = repositoryPaths(process.env);
  const given = givenPaths(asked);
  for (const { format: name, file } of files) {
    const render = await formats[name]();
    await write(file, render(report, { pathOf, given, colour: false, width: undefined, verbose: true }));
  }
  const render = await formats[flags.output === undefined ? format : "text"]();
  process.stdout.write(render(report, { pathOf, given, verbose: flags.verbose, ...terminal() }));
}

function isFile(given: string): boolean {
  return !/:\/\/|password=/i.test(given);
}

/** What was given as a file; a URL may hold a password, and is left out. */
function givenPaths(asked: { old?: string[]; new?: string[]; baseline?: string[] }): GivenPaths {
  const { old = [], new: coming = [], baseline = [] } = asked;
  return { old: old.filter(isFile), new: coming.filter(isFile), baseline: baseline.filter(isFile) };
}

function terminal(): Pick<FormatContext, "colour" | "width"> {
  const { isTTY, columns } = process.stdout;
  // NO_COLOR counts when it is there and not empty (no-color.org).
  const colour = isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
  return { colour, width: isTTY === true && columns > 0 ? columns : undefined };
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new Failure({
      code: "report-not-written",
      message: `The report could not be written to ${file}.`,
      why: messageOf(error),
      state: "The check went through; nothing was changed but the reports before this one.",
      next: "Name a file in a folder that may be written to.",
      cause: error,
    });
  }
}
