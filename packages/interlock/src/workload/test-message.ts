import { wireMessage } from "./server-message.ts";

/** For tests: a client's messages as bytes. */
export const message = {
  query: (sql: string): Buffer => wireMessage("Q", zero(sql)),
  parse: (name: string, sql: string, types: readonly number[] = []): Buffer =>
    wireMessage("P", Buffer.concat([zero(name), zero(sql), int16(types.length), ...types.map(int32)])),
  bind: (portal: string, statement: string, values: readonly (string | null)[] = []): Buffer =>
    wireMessage(
      "B",
      Buffer.concat([
        zero(portal),
        zero(statement),
        int16(0),
        int16(values.length),
        ...values.map(value),
        int16(0),
      ]),
    ),
  describe: (name: string): Buffer => wireMessage("D", Buffer.concat([Buffer.from("S"), zero(name)])),
  execute: (portal: string, mostRows = 0): Buffer =>
    wireMessage("E", Buffer.concat([zero(portal), int32(mostRows)])),
  close: (name: string): Buffer => wireMessage("C", Buffer.concat([Buffer.from("S"), zero(name)])),
  sync: (): Buffer => wireMessage("S", Buffer.alloc(0)),
  flush: (): Buffer => wireMessage("H", Buffer.alloc(0)),
  terminate: (): Buffer => wireMessage("X", Buffer.alloc(0)),
  copyData: (text: string): Buffer => wireMessage("d", Buffer.from(text)),
  copyDone: (): Buffer => wireMessage("c", Buffer.alloc(0)),
  copyFail: (): Buffer => wireMessage("f", zero("no")),
};

function zero(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf8");
}

function value(text: string | null): Buffer {
  if (text === null) return int32(-1);
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([int32(bytes.length), bytes]);
}

function int16(number: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(number);
  return bytes;
}

function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  return bytes;
}
