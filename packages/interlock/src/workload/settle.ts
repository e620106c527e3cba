import type { LeftOutReason } from "./observation.ts";
import { mostSamples, type Entry, type RawSample } from "./entry.ts";
import type { SchemaCheck } from "./schema-check.ts";
import { settleEntry, type SettledForm } from "./settle-entry.ts";
import { describeStatement, takeName } from "./statement-name.ts";
import type { WorkloadStatement } from "./workload.ts";

/** What was seen of an app version, however it was seen. */
export interface Collected {
  /** By key. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** String constants of the schema changes that went by. */
  readonly vocabulary: ReadonlySet<string>;
  leftOut(reason: LeftOutReason, count: number): void;
}

/** What a recording comes to. */
export interface Settled {
  statements: WorkloadStatement[];
  /** How many statements had constants taken out. */
  withoutConstants: number;
  /** How many could not be checked against the database afterwards. */
  unchecked: number;
}

/**
 * Makes a workload's statements of what was collected: names, constants and samples settled, in order of
 * their names. What the server never took, and what can't be told from data, is added to the
 * counts of what was left out.
 */
export async function settle(
  collected: Collected,
  { check, samples }: { check: SchemaCheck | undefined; samples: boolean },
): Promise<Settled> {
  const vocabulary = new Set([...collected.vocabulary, ...(check?.vocabulary ?? [])]);
  const settled: Settled = { statements: [], withoutConstants: 0, unchecked: 0 };
  const taken = new Set<string>();
  for (const entry of inOrder(collected.entries.values())) {
    if (!entry.accepted) {
      collected.leftOut("refused", entry.refusals);
      continue;
    }
    const { forms, failedCalls } = await settleEntry(entry, { check, vocabulary });
    if (failedCalls > 0) collected.leftOut("constants", failedCalls);
    for (const form of forms) {
      if (form.replacedConstants > 0) settled.withoutConstants += 1;
      if (!form.checked) settled.unchecked += 1;
      const lists = samples ? sampleLists(entry, form) : [];
      settled.statements.push({
        name: takeName(entry.name ?? describeStatement(entry.statement.node), taken),
        sql: form.sql,
        prepared: entry.prepared,
        calls: form.calls,
        ...(lists.length === 0 ? {} : { samples: distinct(lists) }),
      });
    }
  }
  return settled;
}

/** Names are given in an order that does not depend on which of two parallel tests was faster. */
function inOrder(entries: Iterable<Entry>): Entry[] {
  return [...entries].toSorted((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
}

/** Those that have a name of their own come first, so that no made-up one takes it. */
function sortKey({ statement, name }: Entry): string {
  return `${name === undefined ? "1" : "0"}${statement.sql}`;
}

/** Of the samples those that came with the constants that this form keeps. */
function sampleLists(
  { samples }: Entry,
  { form, keeps, parameters, dropped }: SettledForm,
): (string | null)[][] {
  const { constants } = form.statement;
  return samples
    .filter((sample) =>
      constants.every(
        (constant, index) => !keeps(constant, index) || sample.constants[index] === constant.value,
      ),
    )
    .flatMap((sample) => parameterList(sample, parameters) ?? [])
    .map((list) => list.filter((_, index) => !dropped.has(index + 1)));
}

/** The values of all parameters, those that the constants became among them; undefined where one would have two. */
function parameterList(
  { parameters: bound, constants }: RawSample,
  places: ReadonlyMap<number, number>,
): [(string | null)[]] | undefined {
  const list: (string | null)[] = [...bound];
  for (const [index, number] of places) {
    const value = constants[index];
    const known = list[number - 1];
    if (value === undefined || (known !== undefined && known !== value)) return undefined;
    list[number - 1] = value;
  }
  return list.length === 0 ? undefined : [list];
}

function distinct(lists: (string | null)[][]): (string | null)[][] {
  return [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()].slice(0, mostSamples);
}
