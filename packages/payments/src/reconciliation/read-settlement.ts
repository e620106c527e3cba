import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { settlementHeader } from "../acquirer/settlement-file.ts";

/** Lines of the settlement file, column by column: reference, kind, state, cents, authorisation, time of decision. */
export type Columns = [string[], string[], string[], string[], string[], string[]];

const batchSize = 10_000;
const longestLine = 1_000;

const noColumns = (): Columns => [[], [], [], [], [], []];

/** Opens the settlement file of an acquirer, up to, not including, `until`. Throws when it doesn't answer. */
export async function fetchSettlement(
  acquirer: string,
  { from, until }: { from: string | undefined; until: string },
): Promise<Readable> {
  const url = new URL("/settlements", acquirer);
  if (from !== undefined) url.searchParams.set("from", from);
  url.searchParams.set("to", until);
  const answer = await fetch(url);
  if (answer.status !== 200 || answer.body === null) {
    throw new Error(`the acquirer answered ${String(answer.status)} for its settlement file`);
  }
  return Readable.fromWeb(answer.body);
}

export function openSettlement(file: string): Readable {
  return createReadStream(file);
}

/** Reads a settlement file in batches. Throws at a line that isn't one, with its number: nothing is left out. */
export async function* readSettlement(stream: Readable): AsyncGenerator<Columns> {
  let batch = noColumns();
  let number = 0;
  for await (const line of linesOf(stream)) {
    number += 1;
    if (number === 1) {
      if (line !== settlementHeader) throw new Error(`the settlement file begins with ${line.slice(0, 100)}`);
      continue;
    }
    addLine(batch, { line, number });
    if (batch[0].length < batchSize) continue;
    yield batch;
    batch = noColumns();
  }
  if (number === 0) throw new Error("the settlement file is empty: not even its first line is there");
  if (batch[0].length > 0) yield batch;
}

/** Every line of a stream. One that breaks throws, and so does one whose last line has no end: it was cut off. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) throw new Error("the settlement file has a line that does not end");
    yield* lines;
  }
  if (rest !== "") throw new Error("the settlement file ends in the middle of a line");
}

function addLine(batch: Columns, { line, number }: { line: string; number: number }): void {
  const [reference, kind, state, code, amountCents, authorisation, decidedAt, ...rest] = line.split(",");
  const isLine =
    reference !== undefined &&
    kind !== undefined &&
    (state === "approved" || state === "declined") &&
    code !== undefined &&
    amountCents !== undefined &&
    /^\d{1,15}$/.test(amountCents) &&
    authorisation !== undefined &&
    decidedAt !== undefined &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(decidedAt) &&
    rest.length === 0;
  if (!isLine) throw new Error(`line ${String(number)} of the settlement file is no line of one`);
  for (const [place, value] of [reference, kind, state, amountCents, authorisation, decidedAt].entries()) {
    batch[place]?.push(value);
  }
}
