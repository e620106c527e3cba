/** Text that a shell runs, as it stands in a pipeline's YAML. */
export interface YamlBlock {
  /** The key at the beginning of a line that it stands under. */
  under: string;
  text: string;
}

/**
 * The texts of a key in YAML, as far as our own files write them: `key: text` on one line, or `key: |` and
 * `key:` with `- |` below, whose text is the lines that are indented further.
 */
export function readYamlBlocks(yaml: string, key: string): YamlBlock[] {
  const lines = yaml.split("\n");
  const blocks: YamlBlock[] = [];
  let under = "";
  for (const [index, line] of lines.entries()) {
    under = /^([^\s#:]+):/.exec(line)?.[1] ?? under;
    const found = new RegExp(`^(\\s*)(?:- )?${key}:\\s*(.*)$`).exec(line);
    if (found === null) continue;
    const [, indent = "", rest = ""] = found;
    if (rest !== "" && rest !== "|") {
      blocks.push({ under, text: rest });
      continue;
    }
    const begin = rest === "|" ? index + 1 : index + 2;
    const least = indent.length + 1 + (rest === "|" ? 0 : 2);
    blocks.push({ under, text: indented(lines.slice(begin), least) });
  }
  return blocks;
}

function indented(lines: readonly string[], least: number): string {
  const end = lines.findIndex((line) => line.trim() !== "" && line.search(/\S/) < least);
  const kept = end === -1 ? lines : lines.slice(0, end);
  const margin = Math.min(...kept.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
  return kept.map((line) => line.slice(margin)).join("\n");
}
