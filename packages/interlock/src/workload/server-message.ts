/** An ErrorResponse that ends a connection, as PostgreSQL itself would send it. */
export function fatalError({ sqlstate, message }: { sqlstate: string; message: string }): Buffer {
  const fields = `SFATAL\0VFATAL\0C${sqlstate}\0M${message.replaceAll("\0", "")}\0\0`;
  return wireMessage("E", Buffer.from(fields, "utf8"));
}

/** A message: its type, its length, its body. */
export function wireMessage(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 0, "latin1");
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

/** AuthenticationSASL's code within an Authentication message. */
const saslCode = 10;
const longestAuthentication = 10_000;

/**
 * Takes the mechanisms with channel binding out of what the server offers. Over TLS it offers
 * SCRAM-SHA-256-PLUS, which binds the password's proof to the very TLS connection; the client's own
 * connection, to the proxy, is another one, so the proof could never be right. Plain SCRAM-SHA-256 passes
 * through untouched. Only the first message is looked at, all other bytes are returned as they are.
 */
export class ChannelBindingFilter {
  #pending: Buffer | undefined = Buffer.alloc(0);

  /** The bytes to pass on for these; possibly none yet. */
  pass(chunk: Buffer): Buffer {
    if (this.#pending === undefined) return chunk;
    const bytes = Buffer.concat([this.#pending, chunk]);
    this.#pending = bytes;
    if (bytes.length < 5) return Buffer.alloc(0);
    const length = bytes.readInt32BE(1);
    if (bytes.toString("latin1", 0, 1) !== "R" || length > longestAuthentication) return this.#release(bytes);
    if (bytes.length < length + 1) return Buffer.alloc(0);
    const body = bytes.subarray(5, length + 1);
    if (body.length < 4 || body.readInt32BE(0) !== saslCode) return this.#release(bytes);
    const mechanisms = body
      .toString("latin1", 4)
      .split("\0")
      .filter((name) => name !== "");
    const kept = mechanisms.filter((name) => !name.endsWith("-PLUS"));
    const list = Buffer.from(`${kept.map((name) => `${name}\0`).join("")}\0`, "latin1");
    const message = wireMessage("R", Buffer.concat([body.subarray(0, 4), list]));
    return this.#release(Buffer.concat([message, bytes.subarray(length + 1)]));
  }

  #release(bytes: Buffer): Buffer {
    this.#pending = undefined;
    return bytes;
  }
}
