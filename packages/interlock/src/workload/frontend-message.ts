import { BodyReader } from "./body-reader.ts";
import type { WireMessage } from "./message-splitter.ts";

/** A value as a client binds it: text or binary format, or null. */
export type BoundValue = { format: "text" | "binary"; bytes: Buffer } | null;

/**
 * What a client asks for, as far as a recorder needs to know. `text` is undefined, and so is `values`,
 * where the message was too large to keep.
 */
export type FrontendMessage =
  | { kind: "query"; text: Buffer | undefined }
  | { kind: "parse"; name: string; text: Buffer | undefined; types: number[] }
  | { kind: "bind"; portal: string; statement: string; values: BoundValue[] | undefined }
  | { kind: "describe"; target: "statement" | "portal"; name: string }
  | { kind: "execute"; portal: string }
  | { kind: "close"; target: "statement" | "portal"; name: string }
  | { kind: "sync" }
  | { kind: "function-call" }
  | { kind: "copy-end" };

/** The types whose bodies `readFrontendMessage` looks into. */
export const frontendBodies = "QPBDEC";

/** Reads a client's message; undefined for those that ask for nothing (flush, copy data, passwords, terminate). */
export function readFrontendMessage({ type, body, cut }: WireMessage): FrontendMessage | undefined {
  const reader = new BodyReader(body);
  switch (type) {
    case "Q":
      return { kind: "query", text: cut ? undefined : reader.zeroTerminated() };
    case "P":
      return readParse(reader, cut);
    case "B":
      return readBind(reader, cut);
    case "D":
    case "C": {
      const target = reader.letter() === "S" ? "statement" : "portal";
      return { kind: type === "D" ? "describe" : "close", target, name: name(reader) };
    }
    case "E":
      return { kind: "execute", portal: name(reader) };
    case "S":
      return { kind: "sync" };
    case "F":
      return { kind: "function-call" };
    case "c":
    case "f":
      return { kind: "copy-end" };
    default:
      return undefined;
  }
}

function readParse(reader: BodyReader, cut: boolean): FrontendMessage {
  const statement = name(reader);
  if (cut) return { kind: "parse", name: statement, text: undefined, types: [] };
  const text = reader.zeroTerminated();
  const types = reader.list(reader.int16(), () => reader.oid());
  return { kind: "parse", name: statement, text, types };
}

function readBind(reader: BodyReader, cut: boolean): FrontendMessage {
  const portal = name(reader);
  const statement = name(reader);
  if (cut) return { kind: "bind", portal, statement, values: undefined };
  const formats = reader.list(reader.int16(), () => reader.int16());
  const raw = reader.list(reader.int16(), () => {
    const length = reader.int32();
    return length === -1 ? null : reader.bytes(length);
  });
  const values = raw.map((bytes, index): BoundValue => {
    if (bytes === null) return null;
    // No format codes: all text. One: it holds for all. Otherwise one for each.
    const format = formats.length === 1 ? formats[0] : (formats[index] ?? 0);
    return { format: format === 1 ? "binary" : "text", bytes };
  });
  return { kind: "bind", portal, statement, values };
}

function name(reader: BodyReader): string {
  return reader.zeroTerminated().toString("latin1");
}
