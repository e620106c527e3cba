import { createHash } from "node:crypto";
import type { Types } from "./read-types.ts";

export interface Wanted {
  typeOid: number;
  /** As a declaration names it, with its length: `character varying(5)`. */
  declared?: string;
  /** Another seed gives another value wherever the type has enough of them. */
  seed: number;
  /** Makes values of different columns differ, and says in a text where it comes from. */
  label: string;
  /** Texts are to be numbers, and JSON a list. */
  isNumeric?: boolean;
}

/** A value of a type as text that PostgreSQL reads; undefined for a type nothing is known of. */
export function typeValue(types: Types, wanted: Wanted): string | undefined {
  const type = types.get(wanted.typeOid);
  if (type === undefined) return undefined;
  if (type.kind === "d") {
    return typeValue(types, {
      ...wanted,
      typeOid: type.base,
      ...(type.baseName === null ? {} : { declared: type.baseName }),
    });
  }
  if (type.kind === "e") return type.labels[wanted.seed % Math.max(1, type.labels.length)];
  if (type.kind === "r") return rangeValue(types, { ...wanted, typeOid: type.subtype });
  if (type.kind === "m") {
    const range = rangeValue(types, { ...wanted, typeOid: type.subtype });
    return range === undefined ? undefined : `{${range}}`;
  }
  if (type.element !== 0) {
    const declared = wanted.declared?.replace(/\[\]$/, "");
    const element = typeValue(types, {
      ...wanted,
      typeOid: type.element,
      ...(declared === undefined ? {} : { declared }),
    });
    return element === undefined ? undefined : arrayLiteral([element]);
  }
  const make = makers[type.name] ?? categoryMakers[type.category];
  return make?.(wanted);
}

/** `{"a","b"}`: an array of values that are given as text. */
export function arrayLiteral(elements: readonly (string | null)[]): string {
  const quoted = elements.map((element) =>
    element === null ? "null" : `"${element.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
  );
  return `{${quoted.join(",")}}`;
}

/** A text of exactly this many characters. */
export function textOfLength(length: number, seed: number): string {
  let rest = seed;
  const letters: string[] = [];
  for (let index = 0; index < Math.min(length, 8); index += 1) {
    letters.unshift(String.fromCodePoint(97 + (rest % 26)));
    rest = Math.floor(rest / 26);
  }
  return letters.join("").padStart(length, "a");
}

function rangeValue(types: Types, wanted: Wanted): string | undefined {
  const low = typeValue(types, { ...wanted, seed: wanted.seed * 2 });
  const high = typeValue(types, { ...wanted, seed: wanted.seed * 2 + 1 });
  return low === undefined || high === undefined ? undefined : `["${low}","${high}")`;
}

/** The numbers in a type's declaration: numeric(10,2) → [10, 2]. */
function modifiers(declared: string | undefined): number[] {
  return (/\(([\d,]+)\)/.exec(declared ?? "")?.[1] ?? "").split(",").filter(Boolean).map(Number);
}

function limitedText({ declared, seed, label, isNumeric }: Wanted): string {
  const text = isNumeric === true ? String(seed) : `${label} ${String(seed)}`;
  const [length] = declared === "character" ? [1] : modifiers(declared);
  return length === undefined || length >= text.length ? text : textOfLength(length, seed);
}

function jsonText({ seed, isNumeric }: Wanted): string {
  return isNumeric === true ? `[${String(seed)}]` : `{"value": ${String(seed)}}`;
}

function limitedNumber({ declared, seed }: Wanted): string {
  const [precision, scale = 0] = modifiers(declared);
  return String(precision === undefined ? seed : seed % 10 ** Math.max(0, Math.min(precision - scale, 9)));
}

function hash({ label, seed }: Wanted): string {
  return createHash("md5")
    .update(`${label} ${String(seed)}`)
    .digest("hex");
}

function time({ seed }: Wanted): Date {
  return new Date(Date.UTC(2024, 0, 1 + (seed % 3_000), 10, seed % 60));
}

const iso = (wanted: Wanted): string => time(wanted).toISOString();
const number = ({ seed }: Wanted): string => String(seed);
/** A date in parts is often put together again, and then has to be one. */
const wholeNumber = ({ seed, label }: Wanted): string => {
  if (/year$/i.test(label)) return String(2_000 + seed);
  return String(/month$/i.test(label) ? 1 + (seed % 12) : seed);
};
const coordinates = ({ seed }: Wanted): string => `(${String(seed)},${String(seed + 1)})`;
const corners = ({ seed }: Wanted): string =>
  `(${String(seed)},${String(seed)}),(${String(seed + 1)},${String(seed + 2)})`;

type Maker = (wanted: Wanted) => string;

const makers: Readonly<Record<string, Maker>> = {
  bool: ({ seed }) => (seed % 2 === 0 ? "true" : "false"),
  int2: ({ seed, ...wanted }) => wholeNumber({ ...wanted, seed: seed % 30_000 }),
  int4: wholeNumber,
  int8: wholeNumber,
  numeric: limitedNumber,
  float4: number,
  float8: number,
  money: number,
  oid: number,
  uuid: (wanted) => hash(wanted).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
  text: limitedText,
  varchar: limitedText,
  bpchar: limitedText,
  name: limitedText,
  citext: limitedText,
  char: ({ seed }) => textOfLength(1, seed),
  bytea: (wanted) => `\\x${hash(wanted)}`,
  json: jsonText,
  jsonb: jsonText,
  jsonpath: () => "$",
  xml: ({ seed }) => `<value>${String(seed)}</value>`,
  date: (wanted) => iso(wanted).slice(0, 10),
  timestamp: (wanted) => iso(wanted).replace("Z", ""),
  timestamptz: iso,
  time: ({ seed }) => `10:${String(seed % 60).padStart(2, "0")}`,
  timetz: ({ seed }) => `10:${String(seed % 60).padStart(2, "0")}+00`,
  interval: ({ seed }) => `${String(seed)} minutes`,
  inet: ({ seed }) => `10.0.${String(Math.floor(seed / 256) % 256)}.${String(seed % 256)}`,
  cidr: ({ seed }) => `10.0.${String(Math.floor(seed / 256) % 256)}.${String(seed % 256)}/32`,
  macaddr: (wanted) => hash(wanted).slice(0, 12),
  macaddr8: (wanted) => hash(wanted).slice(0, 16),
  bit: ({ declared, seed }) => bits(modifiers(declared)[0] ?? 1, seed),
  varbit: ({ declared, seed }) => bits(Math.min(modifiers(declared)[0] ?? 8, 8), seed),
  point: coordinates,
  lseg: corners,
  box: corners,
  path: corners,
  polygon: corners,
  line: ({ seed }) => `{1,2,${String(seed)}}`,
  circle: ({ seed }) => `<(${String(seed)},0),1>`,
  tsvector: ({ seed }) => `word${String(seed)}`,
  tsquery: ({ seed }) => `word${String(seed)}`,
  pg_lsn: ({ seed }) => `0/${seed.toString(16)}`,
  regclass: () => "pg_class",
  regtype: () => "text",
  hstore: ({ seed }) => `value=>${String(seed)}`,
  ltree: ({ seed }) => `top.value${String(seed)}`,
};

/** For types of extensions and the user's own, by pg_type.typcategory. */
const categoryMakers: Readonly<Record<string, Maker>> = {
  S: limitedText,
  N: number,
  D: iso,
  B: ({ seed }) => (seed % 2 === 0 ? "true" : "false"),
};

function bits(length: number, seed: number): string {
  return (seed % 2 ** Math.min(length, 30)).toString(2).padStart(length, "0").slice(-length);
}
