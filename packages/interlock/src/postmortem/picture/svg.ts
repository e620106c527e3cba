/** One decimal is a tenth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text as SVG shows it. */
export function textElement(text: string): string {
  return text
    .replace(/\p{Cc}/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** An element with its attributes; children are SVG already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${textElement(String(value))}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

/** The path of an area of steps: each value holds until the next one. Equal neighbours are one step. */
export function areaOf(
  steps: readonly { x: number; y: number }[],
  { right, bottom }: { right: number; bottom: number },
): string {
  const [first] = steps;
  if (first === undefined) return "";
  const parts = [`M${String(first.x)} ${String(bottom)}`];
  let last: number | undefined;
  for (const { x, y } of steps) {
    if (y === last) continue;
    parts.push(last === undefined ? `V${String(y)}` : `H${String(x)}V${String(y)}`);
    last = y;
  }
  return `${parts.join("")}H${String(right)}V${String(bottom)}Z`;
}
