import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { drizzleFoldersHistory } from "../history/drizzle-folders.ts";
import { drizzleHistory } from "../history/drizzle.ts";
import { naturalParts, whole, type Layout } from "./layout.ts";

const outsideTransaction =
  "Drizzle runs every pending migration in one transaction, so this can't be one of them: run it by hand, or leave CONCURRENTLY out.";
const breakpoint = /--> ?statement-breakpoint\b/;

/** `0001_what.sql`, in the order of `meta/_journal.json`; what is not in there is not run. */
export const drizzle: Layout = {
  name: "Drizzle",
  owns: ({ name, text }) => name !== "migration.sql" && breakpoint.test(text),
  ownsDirectory: (directory, namesIn) => namesIn(join(directory, "meta")).includes("_journal.json"),
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  readOrder,
  upPart: whole("transaction"),
  sharesTransaction: true,
  history: drizzleHistory,
  readJournalled,
  outsideTransaction,
};

/** `20240102000000_what/migration.sql` beside `snapshot.json`, as newer versions write them. */
export const drizzleFolders: Layout = {
  name: "Drizzle, in folders",
  owns: ({ name, text }) => name === "migration.sql" && breakpoint.test(text),
  ownsDirectory: (directory, namesIn) =>
    namesIn(directory).some((folder) => {
      const names = namesIn(join(directory, folder));
      return names.includes("migration.sql") && names.includes("snapshot.json");
    }),
  goesUp: (name) => name === "migration.sql",
  isFolder: true,
  version: (folder) => [folder],
  upPart: whole("transaction"),
  sharesTransaction: true,
  history: drizzleFoldersHistory,
  outsideTransaction,
};

async function readOrder(directory: string): Promise<readonly string[] | undefined> {
  return (await readJournal(directory))?.map(({ tag }) => `${tag}.sql`);
}

async function readJournalled(path: string): Promise<number | undefined> {
  const entries = await readJournal(dirname(path));
  return entries?.find(({ tag }) => `${tag}.sql` === basename(path))?.when;
}

async function readJournal(
  directory: string,
): Promise<readonly { tag: string; when?: number }[] | undefined> {
  const text = await readFile(join(directory, "meta", "_journal.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return (JSON.parse(text) as { entries?: readonly { tag: string; when?: number }[] }).entries;
}
