import type { AnalysedStatement } from "./analyse.ts";

/** The values that one call came with. */
export interface RawSample {
  /** Of the parameters, in PostgreSQL's text format. */
  parameters: readonly (string | null)[];
  /** Of the constants in the text. */
  constants: readonly string[];
}

/** The statement with one list of constants. */
export interface Form {
  statement: AnalysedStatement;
  calls: number;
}

/** All that a recording saw of one statement, whatever constants it came with. */
export interface Entry {
  /** As it was first sent. */
  readonly statement: AnalysedStatement;
  name: string | undefined;
  prepared: boolean;
  /** The server has taken it at least once. */
  accepted: boolean;
  /** How often the server would not have it at all. */
  refusals: number;
  /** By their constants, in the order in which they were first seen. */
  readonly forms: Map<string, Form>;
  /** There were more lists of constants than are told apart. */
  manyForms: boolean;
  /** For each parameter, the types that clients declared for it. */
  readonly declaredTypes: Set<number>[];
  samples: RawSample[];
}

/** How many lists of constants are told apart: more are data, however the schema names them. */
const mostForms = 20;
/** How many parameter lists are kept of one statement. */
export const mostSamples = 5;

export function newEntry(statement: AnalysedStatement): Entry {
  return {
    statement,
    name: undefined,
    prepared: false,
    accepted: false,
    refusals: 0,
    forms: new Map(),
    manyForms: false,
    declaredTypes: [],
    samples: [],
  };
}

/** Marks a form of the statement as taken by the server, and counts calls of it. */
export function noteAccepted(entry: Entry, statement: AnalysedStatement, calls: number): void {
  entry.accepted = true;
  // An `in` list of another length is not told apart: its calls count for the first form.
  const comparable = statement.constants.length === entry.statement.constants.length;
  const key = JSON.stringify((comparable ? statement : entry.statement).constants.map(({ value }) => value));
  const known = entry.forms.get(key);
  if (known !== undefined) {
    known.calls += calls;
  } else if (entry.forms.size < mostForms) {
    entry.forms.set(key, { statement: comparable ? statement : entry.statement, calls });
  } else {
    entry.manyForms = true;
    const [first] = entry.forms.values();
    if (first !== undefined) first.calls += calls;
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
