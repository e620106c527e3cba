import { printableLines } from "../../printable.ts";

/** An element with its attributes and what stands in it; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly string[] = [],
): string {
  const listed = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(value ?? "")}"`)
    .join("");
  return children.length === 0 ? `<${name}${listed}/>` : `<${name}${listed}>${children.join("")}</${name}>`;
}

/** Elements in lines of their own; only for elements that hold no text. */
export function inLines(elements: readonly string[]): string[] {
  return elements.length === 0 ? [] : [`\n${elements.join("\n")}\n`];
}

/**
 * Text for an element or an attribute. XML 1.0 has no way to write most control characters, so they become visible;
 * line breaks are written as references, which attributes would turn into spaces otherwise.
 */
export function escapeXml(text: string): string {
  return printableLines(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}
