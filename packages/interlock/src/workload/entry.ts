import type { AnalysedStatement } from "./analyse.ts";

/** The values that one call came with. */
export interface RawSample {
  /** Of the parameters, in PostgreSQL's text format. */
  parameters: readonly (string | null)[];
  /** Of the constants in the text, as there are in the entry's. */
  constants: readonly string[];
}

/** All that a recording saw of one statement, whatever constants it came with. */
export interface Entry {
  /** As it was first sent. */
  readonly statement: AnalysedStatement;
  name: string | undefined;
  prepared: boolean;
  calls: number;
  /** The server has taken it at least once. */
  accepted: boolean;
  /** How often the server would not have it at all. */
  refusals: number;
  /** For each constant, the values it was seen with, as far as they are counted. */
  readonly constantValues: readonly Set<string>[];
  /** For each parameter, the types that clients declared for it. */
  readonly declaredTypes: Set<number>[];
  samples: RawSample[];
}

/** How many values of a constant are told apart: more are data, however the schema names them. */
export const mostConstantValues = 20;
/** How many parameter lists are kept of one statement. */
export const mostSamples = 5;

export function newEntry(statement: AnalysedStatement): Entry {
  return {
    statement,
    name: undefined,
    prepared: false,
    calls: 0,
    accepted: false,
    refusals: 0,
    constantValues: statement.constants.map(() => new Set()),
    declaredTypes: [],
    samples: [],
  };
}

/** Takes note of the constants of another occurrence. An `in` list may be of another length: then it is passed over. */
export function noteConstants(entry: Entry, { constants }: AnalysedStatement): void {
  for (const [index, values] of entry.constantValues.entries()) {
    const constant = constants[index];
    if (constant !== undefined && values.size <= mostConstantValues) values.add(constant.value);
  }
}

/** Keeps a parameter list unless it is known already or there are enough. */
export function noteSample(entry: Entry, sample: RawSample): void {
  if (entry.samples.length >= mostSamples) return;
  if (sample.parameters.length !== entry.statement.highestParameter) return;
  if (sample.constants.length !== entry.statement.constants.length) return;
  if (sample.parameters.length + sample.constants.length === 0) return;
  const key = JSON.stringify(sample);
  if (!entry.samples.some((known) => JSON.stringify(known) === key)) entry.samples.push(sample);
}
