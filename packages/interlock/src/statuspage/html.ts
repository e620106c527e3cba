const maker = Symbol("html");

/** Markup that may be sent as it is. Only `html` and `trustedHtml` make it: nobody else has the symbol. */
export class Html {
  readonly #text: string;

  constructor(by: symbol, text: string) {
    if (by !== maker) throw new Error("markup is made with html`…`");
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A template of markup. What is put into it is escaped, for text and for attributes in quotes alike; markup
 * stays markup, lists are joined, and false, null and undefined are nothing. Every attribute must be quoted.
 */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const texts = shortened.get(template) ?? template.map((text) => text.replaceAll(/\s*\n\s*/g, "\n"));
  shortened.set(template, texts);
  return new Html(
    maker,
    texts.map((text, place) => text + (place < values.length ? textOf(values[place]) : "")).join(""),
  );
}

/** Templates as they are sent: indented for who reads the code, not for who reads the page. Values stay as they are. */
const shortened = new WeakMap<TemplateStringsArray, readonly string[]>();

function textOf(value: HtmlValue): string {
  if (value === false || value === null || value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "string") return value.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? "");
  return typeof value === "number" ? String(value) : value.map(textOf).join("");
}

/** Markup that something else has made safe: our own style sheet, what sanitize-html has let through. */
export function trustedHtml(text: string): Html {
  return new Html(maker, text);
}
