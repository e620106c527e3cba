/** One message of PostgreSQL's wire protocol, version 3: a type byte, a length, a body. */
export interface WireMessage {
  /** The type byte as a letter: "Q", "P", "Z". */
  type: string;
  /** Empty unless the splitter was asked for this type. Holds only the beginning where `cut` is true. */
  body: Buffer;
  /** The body was longer than the limit. */
  cut: boolean;
}

export interface SplitterOptions {
  /** The types whose bodies are wanted; all others are stepped over without being kept. */
  wanted: string;
  /** A wanted body longer than this is cut to its beginning, so that memory stays bounded. */
  limitBytes: number;
}

const headerBytes = 5;
/** How much of a message over the limit is kept: enough for the names that it begins with. */
const beginningBytes = 512;
/** PostgreSQL's own bound on a message (PQ_LARGE_MESSAGE_LIMIT, 1 GiB less one byte). */
const longestMessage = 0x3fffffff;

/**
 * Cuts a byte stream into messages, wherever its chunks end. It keeps at most one wanted message of
 * `limitBytes` and never changes the stream: what it is shown is forwarded by somebody else.
 * Throws a plain Error on a length that no message has; the splitter must not be used after that.
 */
export class MessageSplitter {
  readonly #wanted: ReadonlySet<number>;
  readonly #limitBytes: number;
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  #remaining = 0;
  #keep = 0;
  #parts: Buffer[] = [];
  #cut = false;

  constructor({ wanted, limitBytes }: SplitterOptions) {
    this.#wanted = new Set(Buffer.from(wanted, "latin1"));
    this.#limitBytes = limitBytes;
  }

  /** Shows the next bytes; calls `onMessage` for each message that they complete, in order. */
  push(chunk: Buffer, onMessage: (message: WireMessage) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerFilled < headerBytes) {
        const taken = Math.min(headerBytes - this.#headerFilled, chunk.length - at);
        chunk.copy(this.#header, this.#headerFilled, at, at + taken);
        this.#headerFilled += taken;
        at += taken;
        if (this.#headerFilled < headerBytes) return;
        this.#begin();
      } else {
        const taken = Math.min(this.#remaining, chunk.length - at);
        this.#take(chunk, at, taken);
        at += taken;
      }
      if (this.#remaining === 0) this.#end(onMessage);
    }
  }

  #begin(): void {
    const length = this.#header.readInt32BE(1);
    if (length < 4 || length > longestMessage) throw new Error(`no message is ${String(length)} bytes long`);
    this.#remaining = length - 4;
    const wanted = this.#wanted.has(this.#header.readUInt8(0));
    this.#cut = wanted && this.#remaining > this.#limitBytes;
    this.#keep = !wanted ? 0 : this.#cut ? beginningBytes : this.#remaining;
  }

  #take(chunk: Buffer, at: number, length: number): void {
    const kept = Math.min(this.#keep, length);
    // A copy: the chunk is a slice of a bigger buffer that would otherwise stay in memory.
    if (kept > 0) this.#parts.push(Buffer.from(chunk.subarray(at, at + kept)));
    this.#keep -= kept;
    this.#remaining -= length;
  }

  #end(onMessage: (message: WireMessage) => void): void {
    const [only] = this.#parts;
    const body = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    const type = String.fromCodePoint(this.#header.readUInt8(0));
    this.#headerFilled = 0;
    this.#parts = [];
    onMessage({ type, body, cut: this.#cut });
  }
}
