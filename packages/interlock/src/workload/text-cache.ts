/** How much text the cache holds at most, in texts and in characters. */
const mostTexts = 5_000;
const mostCharacters = 16 * 1024 * 1024;

/** Remembers what was computed from the texts seen last, within bounds. */
export class TextCache<Value> {
  readonly #values = new Map<string, { value: Value }>();
  #characters = 0;

  get(text: string, compute: () => Value): Value {
    const known = this.#values.get(text);
    if (known !== undefined) return known.value;
    const value = compute();
    this.#values.set(text, { value });
    this.#characters += text.length;
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= mostTexts && this.#characters <= mostCharacters) break;
      this.#values.delete(oldest);
      this.#characters -= oldest.length;
    }
    return value;
  }
}
