import { newSubscriberSchema, type ImportAnswer } from "../../api/subscribers.ts";
import type { Caller } from "../../access/caller.ts";
import { requireEveryEnvironment } from "../../access/require-every-environment.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { readPage } from "../page/read-page.ts";
import type { NotifyServices } from "../services.ts";
import { insertAsks, insertSubscribers } from "./insert-subscribers.ts";
import { parseCsv } from "./parse-csv.ts";
import { checkWish, newRow, readComponentIds, type CheckedWish } from "./wish.ts";

const columns = ["address", "channel", "format", "locale", "components", "kinds"] as const;
type Column = (typeof columns)[number];

/** In one transaction; between two of them others have their turn. */
const batch = 500;
const mostRefusals = 200;

/**
 * Imports subscribers from a file of comma-separated values. Those who are there already stay as they are, so that
 * a file can be imported again after anything went wrong. Throws `Failure` "input-not-valid" and what `readPage` throws.
 */
export async function importSubscribers(
  services: NotifyServices,
  {
    csv,
    confirmedBecause = null,
    caller,
  }: { csv: string; confirmedBecause?: string | null | undefined; caller: Caller },
): Promise<ImportAnswer> {
  requireEveryEnvironment(caller);
  const answer: ImportAnswer = { added: 0, asked: 0, known: 0, refused: [] };
  const wishes = await readWishes(services, { csv, answer });
  for (let from = 0; from < wishes.length; from += batch) {
    const part = wishes.slice(from, from + batch);
    const inserted = await insertPart(services, { part, confirmedBecause, caller });
    answer[confirmedBecause === null ? "asked" : "added"] += inserted;
    answer.known += part.length - inserted;
  }
  return answer;
}

async function insertPart(
  { control, sealer }: NotifyServices,
  {
    part,
    confirmedBecause,
    caller,
  }: { part: CheckedWish[]; confirmedBecause: string | null; caller: Caller },
): Promise<number> {
  return control.transact(async ({ query, audit, emit }) => {
    const rows = part.map((wish) => ({ wish, row: newRow(sealer, wish).row }));
    const inserted = await insertSubscribers(
      query,
      rows.map(({ row }) => row),
      { by: caller.owner, confirmedBecause },
    );
    if (inserted.size === 0) return 0;
    const asks = rows
      .filter(({ row }) => inserted.has(row.id))
      .map(({ row, wish }) => ({ subscriber: row.id, wish, host: row.host }));
    if (confirmedBecause === null) await insertAsks(query, { asks, sealer });
    const detail = { subscribers: inserted.size, confirmedBecause };
    audit({ actor: caller.owner, action: "subscriber.import", subject: "subscribers", detail });
    emit({ kind: "subscribers-imported", subject: "subscribers", detail: { subscribers: inserted.size } });
    return inserted.size;
  });
}

async function readWishes(
  { control, notify: settings }: NotifyServices,
  { csv, answer }: { csv: string; answer: ImportAnswer },
): Promise<CheckedWish[]> {
  const [head, ...lines] = parseCsv(csv) ?? [];
  const names = head?.values.map((name) => name.toLowerCase()) ?? [];
  const unknown = names.filter((name) => !(columns as readonly string[]).includes(name));
  if (!names.includes("address") || unknown.length > 0) throw notReadable(unknown);
  const page = await readPage((sql, values) => control.query(sql, values), settings);
  const components = await readComponentIds((sql, values) => control.query(sql, values), page.environment);
  const wishes: CheckedWish[] = [];
  for (const { line, values } of lines) {
    try {
      const cells = new Map(names.map((name, index) => [name, values[index] ?? ""]));
      wishes.push(
        checkWish(
          readCells((column) => cells.get(column) ?? ""),
          { page, components, settings },
        ),
      );
    } catch (error) {
      // What stands in the line is personal data: the reason names the column only.
      if (answer.refused.length < mostRefusals) answer.refused.push({ line, why: whyOf(error) });
    }
  }
  return wishes;
}

function readCells(cell: (column: Column) => string) {
  const address = cell("address");
  const channel = cell("channel") || (/^https?:\/\//.test(address) ? "webhook" : "email");
  return newSubscriberSchema.parse({
    address,
    channel,
    ...(cell("format") === "" ? {} : { format: cell("format") }),
    ...(cell("locale") === "" ? {} : { locale: cell("locale") }),
    components: wordsOf(cell("components")),
    ...(cell("kinds") === "" ? {} : { kinds: wordsOf(cell("kinds")) }),
  });
}

function wordsOf(text: string): string[] {
  return text.split(/[\s;|]+/).filter((word) => word !== "");
}

function whyOf(error: unknown): string {
  if (error instanceof Failure) {
    if (error.code === "mail-not-set-up") throw error;
    return [error.message, error.why].filter((text) => text !== undefined).join(" ");
  }
  if (error instanceof Error && error.name === "ZodError") {
    const { issues } = error as unknown as { issues: { path: PropertyKey[]; message: string }[] };
    return issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  }
  throw new Error(messageOf(error), { cause: error });
}

function notReadable(unknown: string[]): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The file can't be imported.",
    why:
      unknown.length > 0
        ? `Its first line names columns that are not known: ${unknown.slice(0, 5).join(", ").slice(0, 200)}.`
        : "It is no comma-separated file whose first line names its columns, one of them address.",
    state: "Nothing was changed.",
    next: `Write a first line such as: address,locale,components. Columns: ${columns.join(", ")}.`,
  });
}
