/** A part of a document, in full and, where there is a way to say it shorter, in short. */
export interface Part {
  full: string;
  short?: string;
}

/**
 * Parts with a blank line between them, in at most so many characters: the first ones in full, then what still goes
 * in, in short where it must. What does not go in is said.
 */
export function bounded(parts: readonly Part[], { most, last }: { most: number; last: string }): string {
  let room = most - last.length - leftOut(parts.length).length - 8;
  const kept: string[] = [];
  let left = 0;
  for (const { full, short } of parts) {
    const text = [full, short].find((one) => one !== undefined && one.length + 2 <= room);
    if (text === undefined) left += 1;
    else {
      kept.push(text);
      room -= text.length + 2;
    }
  }
  return `${[...kept, ...(left === 0 ? [] : [leftOut(left)]), last].join("\n\n")}\n`;
}

function leftOut(count: number): string {
  const [parts, are] = count === 1 ? ["part", "is"] : ["parts", "are"];
  return `**${String(count)} ${parts} of this report did not fit and ${are} left out here.** The job's log and the JSON report have all of it.`;
}
