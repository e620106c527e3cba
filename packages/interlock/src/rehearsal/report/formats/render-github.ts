import type { CheckReport } from "../check-report.ts";
import { findingPage } from "../finding-page.ts";
import type { Severity } from "../finding.ts";
import { clip } from "../printable.ts";
import { toldGroups, type ToldGroup } from "../told-groups.ts";
import type { FormatContext } from "./format.ts";

/** Annotations of one kind that GitHub shows of one step; what comes after them only stands in the log. */
const mostShown = 10;
/** Statements that one annotation lists. */
const mostDetails = 20;
const longestTitle = 200;

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

/** Workflow commands: an annotation for each line of the migration and kind of finding. */
export function renderGithub(report: CheckReport, { pathOf }: Pick<FormatContext, "pathOf">): string {
  const byCommand = Map.groupBy(toldGroups(report, pathOf), ({ severity }) => commands[severity]);
  const lines = [...byCommand].flatMap(([name, groups]) => {
    const shown = groups.length > mostShown ? groups.slice(0, mostShown - 1) : groups;
    const left = groups.slice(shown.length);
    return [
      ...shown.map((group) => annotation(name, group)),
      ...(left.length === 0 ? [] : [rest(name, left)]),
    ];
  });
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function annotation(name: string, group: ToldGroup): string {
  const { code, path, line, title, details, hint } = group;
  const left = details.length - mostDetails;
  const message = [
    title,
    ...details.slice(0, mostDetails),
    ...(left > 0 ? [`…${String(left)} more`] : []),
    ...(hint === undefined ? [] : [hint]),
    findingPage(code),
  ].join("\n");
  const properties = {
    file: path,
    line: String(line),
    title: clip(`Interlock ${code}: ${title}`, longestTitle),
  };
  return command(name, properties, message);
}

/** What would not be shown is named in the last one that is. */
function rest(name: string, groups: readonly ToldGroup[]): string {
  const title = `Interlock: ${String(groups.length)} more`;
  const message = groups
    .map(({ path, line, code, title: said }) => `${path}:${String(line)} ${code}: ${said}`)
    .join("\n");
  const [first] = groups;
  return command(name, { file: first?.path ?? ".", line: String(first?.line ?? 1), title }, message);
}

/** `::error file=…,line=…::…`, escaped as the runner's own toolkit does it. */
function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const listed = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${listed.join(",")}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
