import { stripVTControlCharacters, styleText } from "node:util";
import type { EnvironmentStatus } from "../api/environments.ts";

type Style = "red" | "green" | "yellow" | "bold";
type Paint = (style: Style, text: string) => string;

/** The state of an environment as text: what does not fit first, then versions by databases, then what is on its way. */
export function renderEnvironment(status: EnvironmentStatus, { colour }: { colour: boolean }): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
  return [
    headline(status, paint),
    ...trouble(status, paint),
    "",
    ...databases(status),
    "",
    ...versions(status, paint),
    ...onItsWay(status),
  ].join("\n");
}

/** Green only where everything is known to fit. */
function headline(status: EnvironmentStatus, paint: Paint): string {
  const { name, partialDeployments, alarms, databases: all, versions: live } = status;
  const title = paint("bold", name);
  if (partialDeployments.length > 0) return `${title}  ${paint("red", "✗ partial deployment")}`;
  if (alarms.length > 0) return `${title}  ${paint("red", "✗ alarm")}`;
  if (all.length === 0) return `${title}  ${paint("yellow", "? no database")}`;
  if (all.some(({ problem }) => problem !== null)) {
    return `${title}  ${paint("yellow", "? not every database can be looked at")}`;
  }
  const isOpen =
    all.some(({ unidentified }) => unidentified.length > 0) ||
    live.some(({ fits }) => all.some((database) => fits[database.name]?.fit !== "works"));
  return isOpen
    ? `${title}  ${paint("yellow", "? not everything is known to fit")}`
    : `${title}  ${paint("green", "✓ every live version fits")}`;
}

function trouble({ partialDeployments, alarms, databases: all }: EnvironmentStatus, paint: Paint): string[] {
  return [
    ...partialDeployments.map(
      ({ appVersion, database, why, since }) =>
        `  ${paint("red", "✗")} ${appVersion} does not work on ${database}${since === null ? "" : ` since ${since}`}: ${why}`,
    ),
    ...alarms.map(
      ({ appVersion, database, raisedAt, statements }) =>
        `  ${paint("red", "!")} alarm since ${raisedAt}: ${appVersion} on ${database}: ${statements.join(", ")}`,
    ),
    ...all.flatMap(({ name, problem }) =>
      problem === null ? [] : [`  ${paint("yellow", "?")} ${name} can't be looked at: ${problem}`],
    ),
    ...all.flatMap(({ name, unidentified }) =>
      unidentified.map(
        ({ applicationName, sessions }) =>
          `  ${paint("yellow", "?")} ${name} has ${String(sessions)} sessions of ${JSON.stringify(applicationName)}, which is no app@version and no tool`,
      ),
    ),
  ];
}

function databases({ databases: all, changes }: EnvironmentStatus): string[] {
  return table([
    ["database", "place", "change"],
    ...all.map(({ name, place, isCanary, journal, alsoOpen }) => [
      isCanary ? `${name} (canary)` : name,
      place,
      [
        ...changes
          .filter(({ closedAs }) => closedAs === null)
          .map(({ title, stages }) => `${title}: ${stages[name] ?? "unknown"}`),
        ...[...(journal === null ? [] : [journal]), ...alsoOpen].map(
          ({ state, interrupted }) => `journal: ${state}${interrupted ? ", interrupted" : ""}`,
        ),
      ].join("; "),
    ]),
  ]);
}

function versions({ versions: all, databases: known }: EnvironmentStatus, paint: Paint): string[] {
  if (all.length === 0) return ["no live version"];
  const marks = {
    works: paint("green", "works"),
    breaks: paint("red", "breaks"),
    unknown: paint("yellow", "unknown"),
  };
  const lines = table([
    ["live version", "because", ...known.map(({ name }) => name)],
    ...all.map(({ appVersion, because, sessions, fits }) => [
      appVersion,
      sessions > 0 ? `${because.join(", ")} (${String(sessions)})` : because.join(", "),
      ...known.map(({ name }) => marks[fits[name]?.fit ?? "unknown"]),
    ]),
  ]);
  const unknown = all.flatMap(({ appVersion, fits }) =>
    Object.entries(fits).flatMap(([database, { fit, why }]) =>
      fit === "unknown" ? [`  ? ${appVersion} on ${database}: ${why}`] : [],
    ),
  );
  return [...lines, ...unknown];
}

function onItsWay({ releases, shipments }: EnvironmentStatus): string[] {
  const lines = [
    ...releases.map(
      ({ appVersion, startedAt, startedBy, isStalled }) =>
        `  release of ${appVersion} since ${startedAt} by ${startedBy}${isStalled ? ": stalled; interlock release finish or cancel" : ""}`,
    ),
    ...shipments.map(
      ({ shipment, change, target, state }) => `  shipment ${shipment} of ${change} to ${target}: ${state}`,
    ),
  ];
  return lines.length === 0 ? [] : ["", "on its way", ...lines];
}

/** Lines with the columns below each other. What is painted is measured without its colours. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => lengthOf(row[column] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell))))
      .join("  ")
      .trimEnd(),
  );
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
