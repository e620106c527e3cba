/** How a migration tool lays out its files. */
export interface Layout {
  name: string;
  /** Whether a file is one of this tool's, by its name or by a mark in its text. */
  owns(file: { name: string; text: string }): boolean;
  /** Whether a file goes up: not an undo, not something else. */
  goesUp(name: string): boolean;
  /** The version that its tool orders it by, in parts that are compared as numbers. */
  version(name: string): readonly (number | string)[];
  /** The part of the text that goes up, and whether the file asks to run outside a transaction. */
  upPart(text: string): { text: string; withoutTransaction: boolean };
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

export const whole = (text: string): { text: string; withoutTransaction: boolean } => ({
  text,
  withoutTransaction: false,
});
