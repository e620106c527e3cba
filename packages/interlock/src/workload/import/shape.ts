/** How many texts of one shape are parsed: one more than the lists of constants that are told apart (`entry.ts`). */
const mostTexts = 25;
const mostShapes = 20_000;

/**
 * Spares the parser texts that are the same but for values. A log with its constants in the texts holds millions
 * of them, and parsing one takes 0.1 to 0.5 ms.
 */
export class Shapes {
  readonly #known = new Map<string, { first: string; texts: Set<string> }>();

  /** The text to count in place of this one: itself, or the first of its shape once enough of them were seen. */
  standIn(text: string): string {
    const shape = shapeOf(text);
    if (shape === undefined) return text;
    const known = this.#known.get(shape);
    if (known === undefined) {
      if (this.#known.size < mostShapes) this.#known.set(shape, { first: text, texts: new Set([text]) });
      return text;
    }
    if (known.texts.has(text)) return text;
    if (known.texts.size >= mostTexts) return known.first;
    known.texts.add(text);
    return text;
  }
}

/**
 * The text without its strings and its numbers of three digits and more: what may be a position, a length or a
 * scale stays. Undefined where quotes could mean something else: in comments, dollars and escapes.
 */
function shapeOf(text: string): string | undefined {
  if (text.length > 20_000 || /\\|--|\/\*|\$[^\d]|\$$/.test(text)) return undefined;
  return text.replaceAll(/'(?:[^']|'')*'/g, "''").replaceAll(/(?<![\w$.])\d{3,}(?:\.\d+)?/g, "0");
}
