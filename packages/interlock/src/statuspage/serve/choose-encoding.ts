import type { Encoding } from "./served-site.ts";

/** The best of what a client takes (RFC 9110, 12.5.3): Brotli, then gzip; as it is where it names neither. */
export function chooseEncoding(header: string | undefined): Encoding {
  if (header === undefined || header === "") return "identity";
  const known = chosen.get(header);
  if (known !== undefined) return known;
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [name = "", ...rest] = part.split(";").map((piece) => piece.trim());
    const weight = rest.find((piece) => piece.startsWith("q="));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const takes = (name: string): boolean => (weights.get(name) ?? weights.get("*") ?? 0) > 0;
  const encoding = takes("br") ? "br" : takes("gzip") ? "gzip" : "identity";
  // Browsers send a handful of different ones; whoever makes them up is not remembered.
  if (chosen.size < 100) chosen.set(header, encoding);
  return encoding;
}

const chosen = new Map<string, Encoding>();
