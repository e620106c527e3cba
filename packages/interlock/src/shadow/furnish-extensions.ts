import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standInName, standIns } from "./stand-ins.ts";

/**
 * Extensions that PostgreSQL lets only a superuser create, and that reach nothing beyond the database that they are
 * in: no file, no program, no other server. They can be made where no superuser is, as those are that it trusts itself.
 */
const harmless = [
  // Functions in SQL and trigger functions in C that only set columns or look up keys.
  "earthdistance",
  "intagg",
  "moddatetime",
  "autoinc",
  "insert_username",
  "refint",
  // An index method.
  "bloom",
  // What the server counts and how full tables are: functions that PostgreSQL grants to nobody, or that see own tables.
  "pg_stat_statements",
  "pgstattuple",
  "pgrowlocks",
  "pg_buffercache",
  "pg_visibility",
  "amcheck",
];

/** Languages that PostgreSQL trusts and whose loops nothing can stop from outside. */
const unstoppable = ["plperl", "bool_plperl", "jsonb_plperl", "pltcl"];

/** Says in unpacked binaries which extensions SQL may create, and adds the stand-ins. */
export async function furnishExtensions(home: string): Promise<void> {
  const directory = join(home, "share", "postgresql", "extension");
  const there = new Set(await readdir(directory));
  const trust = async (names: readonly string[], trusted: boolean): Promise<void> => {
    for (const name of names) {
      const file = `${name}.control`;
      if (!there.has(file)) continue;
      const text = await readFile(join(directory, file), "utf8");
      const rest = text.replaceAll(/^\s*trusted\s*=.*\n?/gm, "");
      await writeFile(join(directory, file), `${rest.trimEnd()}\ntrusted = ${String(trusted)}\n`);
    }
  };
  await trust(harmless, true);
  await trust(unstoppable, false);
  for (const [extension, { sql }] of Object.entries(standIns)) {
    const name = standInName(extension);
    await writeFile(
      join(directory, `${name}.control`),
      `comment = 'stand-in for ${extension}'\ndefault_version = '1'\nrelocatable = true\ntrusted = true\n`,
    );
    await writeFile(join(directory, `${name}--1.sql`), `${sql}\n`);
  }
}
