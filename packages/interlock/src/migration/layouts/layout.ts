import type { HistoryRow, RecordedFile } from "../history/history-row.ts";

/**
 * How a tool has PostgreSQL run a migration, which decides what is locked together and what can't be in there.
 * - `transaction`: between begin and commit, whatever it holds.
 * - `one-query`: as one text, which is a transaction too where it holds several statements.
 * - `unmixed`: outside a transaction where each statement wants that, and refused where only some do.
 * - `as-needed`: in a transaction unless a statement can't be in one. Also where nobody knows the tool.
 * - `each-by-itself`: without a transaction.
 */
export type Delivery = "transaction" | "one-query" | "unmixed" | "as-needed" | "each-by-itself";

/** What is known of a file before it is known which tool's it is. */
export interface Source {
  /** Where it is, or only what it is called. */
  path: string;
  name: string;
  text: string;
}

export interface UpPart {
  text: string;
  delivery: Delivery;
}

/** How a migration tool lays out its files. */
export interface Layout {
  name: string;
  /** Whether a file is one of this tool's, by its name or by a mark in its text. */
  owns(file: Source): boolean;
  /**
   * Whether all files of a directory are this tool's, by what lies in it or beside it. Asked before the files
   * are, and given what a directory holds, by its path.
   */
  ownsDirectory?(directory: string, namesIn: (directory: string) => readonly string[]): boolean;
  /** Whether only some files bear the tool's mark, so that one of them speaks for its directory. */
  isMarkOptional?: boolean;
  /** Whether a file goes up: not an undo, not something else. */
  goesUp(name: string): boolean;
  /** Whether each migration is a folder, with a file in it that is always called the same. */
  isFolder?: boolean;
  /** The version that its tool orders it by, in parts that are compared as numbers. By name, or by folder. */
  version(name: string): readonly (number | string)[];
  /** The tool's own list of migrations, in their order: paths from the directory. Undefined where there is none. */
  readOrder?(directory: string): Promise<readonly string[] | undefined>;
  /** Whether a file holds all that was before it, so that a new database begins with it. */
  replacesEarlier?(file: Source): boolean;
  /** The part of the text that goes up, and how it is run. */
  upPart(text: string): UpPart;
  /** Whether everything that is pending runs in one transaction. */
  sharesTransaction?: boolean;
  /** Files beside a migration say how it is run. */
  readDelivery?(path: string): Promise<Delivery | undefined>;
  /** The row that the tool's own history gets for a file; undefined where it would not run it. */
  history?(file: RecordedFile): HistoryRow | undefined;
  /** Tools whose files look the same, by name: which of them it was, only the database's own table says. */
  lookalikes?: Readonly<Record<string, (file: RecordedFile) => HistoryRow | undefined>>;
  /** What the tool's own list says of when a migration was made; see `RecordedFile`. */
  readJournalled?(path: string): Promise<number | undefined>;
  /** How a statement is run outside a transaction with this tool, in a sentence. */
  outsideTransaction: string;
}

/** The numbers and the words of a name, each by itself: "10_b" comes after "9_a". */
export function naturalParts(name: string): (number | string)[] {
  return (name.match(/\d+|\D+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));
}

/** The lines between two marks; all others blank, so that lines keep their numbers. */
export function between(text: string, { from, to }: { from: RegExp; to: RegExp }): string {
  let inside = false;
  return text
    .split("\n")
    .map((line) => {
      if (from.test(line)) inside = true;
      else if (to.test(line)) inside = false;
      return inside ? line : "";
    })
    .join("\n");
}

/** The whole text goes up. */
export const whole =
  (delivery: Delivery) =>
  (text: string): UpPart => ({ text, delivery });
