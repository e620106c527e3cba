import { scanTokens } from "../sql/parse.ts";
import { builtInTypes } from "./sample-value.ts";
import { rewriteConstants, type Constant, type Rewritten } from "./constants.ts";
import type { Entry, Form } from "./entry.ts";
import type { SchemaCheck } from "./schema-check.ts";

/** A statement as it goes into the workload file, and what its constants became. */
export interface SettledForm {
  sql: string;
  /** The form that it was made of, as it was sent. */
  form: Form;
  calls: number;
  /** By the index of a constant, the parameter that took its place. */
  parameters: ReadonlyMap<number, number>;
  keeps: KeepsConstant;
  /** The parameters that are no longer there, as they were numbered: results of functions, which JDBC sends as `void`. */
  dropped: ReadonlySet<number>;
  replacedConstants: number;
  /** PostgreSQL prepared the result. False where it can't be asked, for one because a table is gone. */
  checked: boolean;
}

export interface SettleOptions {
  check: SchemaCheck | undefined;
  /** Words of the schema, from its catalog and from the structural statements that went by. */
  vocabulary: ReadonlySet<string>;
}

type KeepsConstant = (constant: Constant, index: number) => boolean;

/**
 * Decides which constants of a statement may stand in a file that people share, since a constant that an
 * application writes into its SQL can be a client's name. One stays
 *
 * - if the statement also has parameters and always came with this same constant: the application tells
 *   data from text, and this is its text;
 * - if every value that it was seen with is 0, 1, '' or a word of the schema itself: a value of an enum
 *   type, or one that a check, a default or a partial index names. Such words matter: they are what a
 *   change of the enum breaks. A statement that came with several of them is settled once for each.
 *
 * Any other becomes a parameter of the same type. Where none can stand (`copy (…)`), or the database
 * prepares the statement as it was sent and refuses it with parameters, a neutral value takes its place.
 * `failedCalls` counts the calls of forms where neither is taken.
 */
export async function settleEntry(
  entry: Entry,
  options: SettleOptions,
): Promise<{ forms: SettledForm[]; failedCalls: number }> {
  const keeps = keeper(entry, options.vocabulary);
  const settled = new Map<string, SettledForm>();
  let failedCalls = 0;
  for (const [key, forms] of groupForms(entry, keeps)) {
    const calls = forms.reduce((sum, form) => sum + form.calls, 0);
    const [form] = forms;
    const one = form === undefined ? undefined : await settleForm(form, { entry, keeps, ...options });
    if (one === undefined) failedCalls += Math.max(1, calls);
    else settled.set(key, { ...one, calls });
  }
  return { forms: [...settled.values()], failedCalls };
}

/** Forms that differ only in constants that do not stay are one. */
function groupForms(entry: Entry, keeps: KeepsConstant): Map<string, Form[]> {
  const groups = new Map<string, Form[]>();
  for (const form of entry.forms.values()) {
    const key = JSON.stringify(form.statement.constants.map((one, index) => keeps(one, index) && one.value));
    groups.set(key, [...(groups.get(key) ?? []), form]);
  }
  return groups;
}

interface FormOptions extends SettleOptions {
  entry: Entry;
  keeps: KeepsConstant;
}

async function settleForm(form: Form, options: FormOptions): Promise<Omit<SettledForm, "calls"> | undefined> {
  const { entry, keeps, check } = options;
  const { sql: sent, constants } = form.statement;
  const original = await check?.accepts(sent);
  const dropped = voidParameters(entry);
  for (const whole of candidates(form, keeps)) {
    const candidate = { ...whole, sql: withoutParameters(whole.sql, dropped) };
    const typed = await declareTypes(candidate.sql, entry, check);
    for (const sql of new Set([typed, candidate.sql])) {
      // Where the original is refused too (its table has gone by now), the answer says nothing.
      const accepted = original === true ? await check?.accepts(sql) : undefined;
      if (accepted === false) continue;
      const replacedConstants = constants.filter((constant, index) => !keeps(constant, index)).length;
      const { parameters } = candidate;
      return { sql, form, parameters, keeps, dropped, replacedConstants, checked: accepted === true };
    }
  }
  return undefined;
}

function candidates({ statement }: Form, keeps: KeepsConstant): Rewritten[] {
  const { sql, node, constants, highestParameter } = statement;
  const rewriting = { sql, constants, keeps, highestParameter };
  if (constants.every((constant, index) => keeps(constant, index))) return [{ sql, parameters: new Map() }];
  const takesParameters = !("CopyStmt" in node || "RefreshMatViewStmt" in node);
  const grouped = /\b(?:group\s+by|distinct|order\s+by|over)\b/i.test(sql);
  return [
    ...(takesParameters
      ? [grouped, !grouped].map((shared) => rewriteConstants({ ...rewriting, by: "parameter", shared }))
      : []),
    rewriteConstants({ ...rewriting, by: "neutral", shared: false }),
  ].filter((candidate) => candidate !== undefined);
}

function keeper(entry: Entry, vocabulary: ReadonlySet<string>): KeepsConstant {
  const parametrised = entry.statement.highestParameter > 0;
  const forms = [...entry.forms.values()].map(({ statement }) => statement.constants);
  const values = entry.statement.constants.map(
    (_, index) => new Set(forms.map((constants) => constants[index]?.value ?? "")),
  );
  return ({ isNumber }, index) => {
    const seen = [...(values[index] ?? [])];
    if (parametrised && seen.length <= 1) return true;
    if (entry.manyForms && seen.length > 1) return false;
    return seen.every((value) => (isNumber ? /^-?[01]$/.test(value) : value === "" || vocabulary.has(value)));
  };
}

/** PostgreSQL passes over arguments of this type, as long as they are no more than parameters. */
const voidType = 2278;

function voidParameters({ declaredTypes }: Entry): Set<number> {
  return new Set(declaredTypes.flatMap((types, index) => (types?.has(voidType) === true ? [index + 1] : [])));
}

/** `abs($1, $2)` without its first parameter is `abs($1)`. */
function withoutParameters(sql: string, dropped: ReadonlySet<number>): string {
  if (dropped.size === 0) return sql;
  const tokens = scanTokens(sql);
  const bytes = Buffer.from(sql, "utf8");
  const parts: string[] = [];
  let at = 0;
  for (const [index, { tokenName, text, start, end }] of tokens.entries()) {
    const number = tokenName === "PARAM" ? Number(text.slice(1)) : 0;
    if (number === 0) continue;
    const isDropped = dropped.has(number);
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    const from = isDropped && after?.text !== "," && before?.text === "," ? before.start : start;
    parts.push(bytes.subarray(at, Math.max(at, from)).toString("utf8"));
    if (!isDropped) parts.push(`$${String(number - [...dropped].filter((one) => one < number).length)}`);
    at = isDropped && after?.text === "," ? after.end : end;
  }
  parts.push(bytes.subarray(at).toString("utf8"));
  return parts.join("");
}

/** The whole numbers from narrow to wide: a client that picks the type by the value means the widest. */
const widening = [21, 23, 20, 1700];

/**
 * Writes the types that the client declared with Parse behind the parameters. They are part of what it
 * sends: `id = $1` follows a column that becomes text, `id = $1::bigint` does not.
 */
async function declareTypes(sql: string, entry: Entry, check: SchemaCheck | undefined): Promise<string> {
  const names = new Map<string, string>();
  const dropped = voidParameters(entry);
  const kept = entry.declaredTypes.filter((_, index) => !dropped.has(index + 1));
  for (const [index, types] of kept.entries()) {
    const type = oneType(types ?? new Set());
    const name = type === undefined ? undefined : await (check?.typeName(type) ?? builtInTypes.get(type));
    if (name !== undefined) names.set(`$${String(index + 1)}`, name);
  }
  if (names.size === 0) return sql;
  const bytes = Buffer.from(sql, "utf8");
  const parts: string[] = [];
  let at = 0;
  for (const { tokenName, text, end } of scanTokens(sql)) {
    const name = tokenName === "PARAM" ? names.get(text) : undefined;
    if (name === undefined) continue;
    parts.push(bytes.subarray(at, end).toString("utf8"), `::${name}`);
    at = end;
  }
  parts.push(bytes.subarray(at).toString("utf8"));
  return parts.join("");
}

function oneType(types: ReadonlySet<number>): number | undefined {
  const all = [...types];
  if (all.length <= 1) return all[0];
  if (!all.every((type) => widening.includes(type))) return undefined;
  return widening.findLast((type) => types.has(type));
}
