import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";

/** One line of a file, without its end. */
export interface Line {
  text: string;
  /** It was longer than is read; `text` is its beginning. */
  isCut: boolean;
  isUtf8: boolean;
}

/** Longer lines are lists of values. As for recordings, with room for what a log writes around it. */
const longestLine = 2 * 1024 * 1024;

/** The bytes of a file, unpacked where its name ends with .gz. */
export function openBytes(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!path.endsWith(".gz")) return file;
  const unpacked = createGunzip();
  file.on("error", (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

/** Cuts bytes into lines. It never holds more than one line of 2 MB. */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): Line => {
    const [only] = parts;
    const whole = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    const isCut = length > longestLine;
    parts = [];
    length = 0;
    const line = whole.at(-1) === 13 ? whole.subarray(0, -1) : whole;
    return { text: line.toString("utf8"), isCut, isUtf8: isCut || isUtf8(line) };
  };
  for await (const chunk of bytes) {
    let at = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, at)) {
      keep(chunk.subarray(at, end));
      at = end + 1;
      yield take();
    }
    // A copy: the rest of the chunk would otherwise stay in memory.
    if (at < chunk.length) keep(Buffer.from(chunk.subarray(at)));
  }
  if (length > 0) yield take();

  function keep(part: Buffer): void {
    const room = longestLine - length;
    if (room > 0) parts.push(part.subarray(0, room));
    length += part.length;
  }
}
