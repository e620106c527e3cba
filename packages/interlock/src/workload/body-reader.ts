/** Reads the fields of a message body one after the other. Throws a plain Error where the body is too short. */
export class BodyReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  int16(): number {
    const value = this.#body.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  int32(): number {
    const value = this.#body.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** An object identifier, which has no sign. */
  oid(): number {
    return this.int32() >>> 0;
  }

  letter(): string {
    const value = this.#body.readUInt8(this.#at);
    this.#at += 1;
    return String.fromCodePoint(value);
  }

  bytes(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#body.length) throw new Error("the message ends too early");
    const value = this.#body.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  /** Up to the next zero byte, which is stepped over. */
  zeroTerminated(): Buffer {
    const end = this.#body.indexOf(0, this.#at);
    if (end === -1) throw new Error("a text in the message has no end");
    const value = this.#body.subarray(this.#at, end);
    this.#at = end + 1;
    return value;
  }

  list<Item>(count: number, read: () => Item): Item[] {
    // An item takes at least two bytes: a count beyond that is not a count.
    if (count * 2 > this.#body.length) throw new Error("the message ends too early");
    return Array.from({ length: count }, read);
  }
}
