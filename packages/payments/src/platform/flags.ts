import { parseArgs } from "node:util";

type Flags = Readonly<Record<string, string | undefined>>;

/** The values of `--name value` flags, each known by name; a flag nobody knows ends the process with 2. */
export function readFlags(known: readonly string[]): Flags {
  try {
    const strings = known.map((name) => [name, { type: "string" as const }] as const);
    const { values } = parseArgs({
      options: { ...Object.fromEntries(strings), supervised: { type: "boolean" as const } } as Record<
        string,
        { type: "string" | "boolean" }
      >,
    });
    const given: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === "string") given[name] = value;
    }
    return given;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** The value of a flag that must be there, or of the environment variable that may stand for it. */
export function required(flags: Flags, name: string, variable?: string): string {
  const value = flags[name] ?? (variable === undefined ? undefined : process.env[variable]);
  if (value !== undefined && value !== "") return value;
  return refuse(`--${name} is missing${variable === undefined ? "" : ` (or set ${variable})`}`);
}

/** The number given for a flag, or `otherwise`; anything that is no number ≥ 0 ends the process with 2. */
export function numberOf(flags: Flags, name: string, otherwise: number): number {
  const text = flags[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  return text !== "" && Number.isFinite(value) && value >= 0
    ? value
    : refuse(`--${name} takes a number, not ${text}`);
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
