import { isUtf8 } from "node:buffer";
import type { BoundValue } from "./frontend-message.ts";

/** Object identifiers of built-in types (pg_type.dat), which are the same in every PostgreSQL. */
export const builtInTypes: ReadonlyMap<number, string> = new Map([
  [16, "boolean"],
  [17, "bytea"],
  [18, '"char"'],
  [19, "name"],
  [20, "bigint"],
  [21, "smallint"],
  [23, "integer"],
  [25, "text"],
  [26, "oid"],
  [114, "json"],
  [650, "cidr"],
  [700, "real"],
  [701, "double precision"],
  [790, "money"],
  [829, "macaddr"],
  [869, "inet"],
  [1000, "boolean[]"],
  [1005, "smallint[]"],
  [1007, "integer[]"],
  [1009, "text[]"],
  [1015, "character varying[]"],
  [1016, "bigint[]"],
  [1021, "real[]"],
  [1022, "double precision[]"],
  [1042, "character"],
  [1043, "character varying"],
  [1082, "date"],
  [1083, "time without time zone"],
  [1114, "timestamp without time zone"],
  [1115, "timestamp without time zone[]"],
  [1182, "date[]"],
  [1184, "timestamp with time zone"],
  [1185, "timestamp with time zone[]"],
  [1186, "interval"],
  [1231, "numeric[]"],
  [1266, "time with time zone"],
  [1560, "bit"],
  [1562, "bit varying"],
  [1700, "numeric"],
  [2950, "uuid"],
  [2951, "uuid[]"],
  [3802, "jsonb"],
  [3807, "jsonb[]"],
]);

const dayMs = 86_400_000;
/** PostgreSQL counts time from 2000-01-01. */
const epochMs = Date.UTC(2000, 0, 1);

/**
 * A bound value in PostgreSQL's text format; null for null; undefined where it is of a type whose binary
 * format is not read here, or not a text in UTF-8.
 */
export function sampleValue(value: BoundValue, type: number): string | null | undefined {
  if (value === null) return null;
  const { format, bytes } = value;
  if (format === "text") return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  return binaryValue(bytes, type);
}

function binaryValue(bytes: Buffer, type: number): string | undefined {
  if (fixedLengths[type] !== undefined && bytes.length !== fixedLengths[type]) return undefined;
  switch (type) {
    case 16:
      return bytes.readUInt8(0) === 0 ? "false" : "true";
    case 17:
      return `\\x${bytes.toString("hex")}`;
    case 20:
      return String(bytes.readBigInt64BE(0));
    case 21:
      return String(bytes.readInt16BE(0));
    case 23:
      return String(bytes.readInt32BE(0));
    case 26:
      return String(bytes.readUInt32BE(0));
    case 700:
      return float(bytes.readFloatBE(0));
    case 701:
      return float(bytes.readDoubleBE(0));
    case 1082:
      return day(bytes.readInt32BE(0));
    case 1114:
      return instant(bytes.readBigInt64BE(0), "");
    case 1184:
      return instant(bytes.readBigInt64BE(0), "+00");
    case 2950:
      return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    case 3802:
      // A version byte stands before the text.
      return bytes[0] === 1 ? utf8(bytes.subarray(1)) : undefined;
    case 18:
    case 19:
    case 25:
    case 114:
    case 1042:
    case 1043:
      return utf8(bytes);
    default:
      return undefined;
  }
}

const fixedLengths: Readonly<Record<number, number>> = {
  16: 1,
  20: 8,
  21: 2,
  23: 4,
  26: 4,
  700: 4,
  701: 8,
  1082: 4,
  1114: 8,
  1184: 8,
  2950: 16,
};

function utf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
}

function float(value: number): string {
  return String(value);
}

function day(days: number): string | undefined {
  if (days === 0x7fffffff) return "infinity";
  if (days === -0x80000000) return "-infinity";
  return isoDate(epochMs + days * dayMs)?.slice(0, 10);
}

function instant(microseconds: bigint, zone: string): string | undefined {
  if (microseconds === 0x7fffffffffffffffn) return "infinity";
  if (microseconds === -0x8000000000000000n) return "-infinity";
  const rest = BigInt.asUintN(64, ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const seconds = (microseconds - rest) / 1_000_000n;
  const whole = isoDate(epochMs + Number(seconds) * 1_000)
    ?.slice(0, 19)
    .replace("T", " ");
  return whole === undefined ? undefined : `${whole}.${String(rest).padStart(6, "0")}${zone}`;
}

/** Years with four digits only: others are written differently by PostgreSQL. */
function isoDate(ms: number): string | undefined {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return undefined;
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9_999 ? date.toISOString() : undefined;
}
