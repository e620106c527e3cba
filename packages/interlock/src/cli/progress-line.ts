/** One line on a terminal that says what is going on and is written over; nothing where nobody watches. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #isWatched: boolean;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#isWatched = stream.isTTY === true && process.env["CI"] === undefined;
  }

  show(text: string): void {
    if (!this.#isWatched) return;
    const room = Math.max(20, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`\r\u001B[2K${text.slice(0, room)}`);
    this.#isShown = true;
  }

  clear(): void {
    if (this.#isShown) this.#stream.write("\r\u001B[2K");
    this.#isShown = false;
  }
}
