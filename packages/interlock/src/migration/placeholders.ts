import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../std/failure.ts";
import { flyway } from "./layouts/flyway.ts";
import type { Layout } from "./layouts/layout.ts";

const placeholder = /\$\{([\w:.-]+)\}/g;

/** What Flyway says by itself, for a schema that is nobody's in particular. */
const ofFlyway: Readonly<Record<string, string>> = {
  "flyway:defaultschema": "public",
  "flyway:user": "interlock",
  "flyway:database": "interlock",
  "flyway:table": "flyway_schema_history",
  "flyway:environment": "default",
};

/**
 * Puts the values of Flyway's `${placeholders}` in: of its configuration file, or of the environment, as Flyway
 * reads them. Throws `Failure` "placeholder-without-value".
 */
export function fillPlaceholders(text: string, { path, layout }: { path: string; layout: Layout }): string {
  if (layout !== flyway || !text.includes("${")) return text;
  const configured = readConfigured(path);
  return text.replaceAll(placeholder, (written: string, name: string, position: number) => {
    const key = name.toLowerCase();
    const inEnvironment = process.env[`FLYWAY_PLACEHOLDERS_${name.toUpperCase().replaceAll(/[.-]/g, "_")}`];
    const value = inEnvironment ?? configured.get(key) ?? ofFlyway[key];
    if (value !== undefined) return value;
    const line = text.slice(0, position).split("\n").length;
    throw new Failure({
      code: "placeholder-without-value",
      message: `${path}:${String(line)}: the placeholder ${written} has no value.`,
      state: "Nothing was run.",
      next: `Give it as Flyway takes it: flyway.placeholders.${name}=… in flyway.conf, or in the environment as FLYWAY_PLACEHOLDERS_${name.toUpperCase()}.`,
    });
  });
}

/** The values of the nearest flyway.conf or flyway.toml, in a folder above the migration. */
function readConfigured(path: string): ReadonlyMap<string, string> {
  let directory = dirname(resolve(path));
  for (let level = 0; level < levels; level += 1) {
    for (const name of ["flyway.toml", "flyway.conf", "conf/flyway.toml", "conf/flyway.conf"]) {
      const file = join(directory, name);
      if (existsSync(file)) return valuesOf(readFileSync(file, "utf8"));
    }
    directory = dirname(directory);
  }
  return new Map();
}

const levels = 6;

function valuesOf(settings: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = "";
  for (const line of settings.split("\n")) {
    section = /^\s*\[([^\]]+)\]/.exec(line)?.[1] ?? section;
    const [, key = "", value = ""] = /^\s*([\w.:-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const name = /^(?:flyway\.)?placeholders\.(.+)$/.exec(section === "" ? key : `${section}.${key}`)?.[1];
    if (name !== undefined) values.set(name.toLowerCase(), value.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return values;
}
