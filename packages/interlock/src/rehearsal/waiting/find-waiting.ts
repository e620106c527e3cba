import type { Trial, TrialSession } from "../trial-session.ts";
import { conflict, strength } from "../../database/lock-mode.ts";
import type { Lock } from "./lock.ts";
import type { Held, Observed } from "./observed.ts";
import { lastPart } from "../../sql/last-part.ts";

/** Statements of live versions that wait for the same thing. */
export interface Wait {
  relation: string;
  /** The mode that the change holds; "row" where they wait for rows that it has written. */
  held: string;
  /** The mode that they want; undefined where it is not known. */
  wanted: string | undefined;
  statements: readonly { app: string; name: string }[];
}

/** A statement that live versions send while a change is applied. */
export interface LiveStatement {
  app: string;
  name: string;
  /** Names of the relations in it. */
  relations: readonly string[];
  /** Whether it changes rows. */
  writes: boolean;
  /** What it locks; undefined where that is not known, so that it has to be tried. */
  locks: readonly Lock[] | undefined;
  /** What is executed to try it. */
  trials: readonly Trial[];
}

interface Met {
  statement: LiveStatement;
  relation: string;
  held: string;
  wanted: string | undefined;
}

/** How long a statement that is tried waits for a lock. Nobody else is there, so whoever waits at all waits in vain. */
const lockTimeoutMs = 1;
const lockNotAvailable = "55P03";

/**
 * Finds who waits while a step holds its locks. Running hundreds of statements into locks at every step would
 * take a second for each change, so that locks held and wanted are compared, and one statement of each kind of
 * conflict is run to see that it does wait. What can't be told from locks of relations is always run: statements
 * whose locks are not known, and writers of a table with rows that the change has written.
 */
export class WaitingFinder {
  readonly #trials: TrialSession;
  readonly #confirmed = new Set<string>();
  #live: readonly LiveStatement[] = [];
  /** Those of whom it is known already that they wait for the transaction at hand. */
  #found = new Set<LiveStatement>();
  #transaction = 0;

  constructor(trials: TrialSession) {
    this.#trials = trials;
  }

  /** Whom the next change meets. */
  enter(live: readonly LiveStatement[]): void {
    this.#live = live;
  }

  async after({ transaction, isOpen, isLate, taken, changed, related }: Observed): Promise<Wait[]> {
    if (transaction !== this.#transaction) this.#found = new Set();
    this.#transaction = transaction;
    if (taken.length === 0 && changed.length === 0) return [];
    const left = this.#live.filter((statement) => !this.#found.has(statement));
    const isKnown = (statement: LiveStatement): boolean =>
      !isOpen || (!isLate && saysAll(statement, { taken, related }));
    const predicted = left.filter(isKnown).flatMap((statement) => predict(statement, taken));
    const met = isOpen ? await this.#confirm(predicted) : predicted;
    if (isOpen) {
      met.push(
        ...(await this.#tryUnknown(
          left.filter((one) => !isKnown(one)),
          { taken, changed },
        )),
      );
      const still = left.filter((one) => isKnown(one) && !met.some(({ statement }) => statement === one));
      met.push(...(await this.#tryRows(still, changed)));
    }
    for (const { statement } of met) this.#found.add(statement);
    return grouped(met);
  }

  /** Runs one of each kind, and all of a kind whose one did not wait as was foreseen. */
  async #confirm(predicted: readonly Met[]): Promise<Met[]> {
    const kinds = Map.groupBy(
      predicted,
      ({ relation, held, wanted }) => `${relation} ${held} ${wanted ?? ""}`,
    );
    const open = [...kinds].filter(([kind]) => !this.#confirmed.has(kind));
    const samples = await this.#waiters(
      open.flatMap(([, [first]]) => (first === undefined ? [] : [first.statement])),
    );
    const doubtful = new Set<string>();
    for (const [kind, [first]] of open) {
      if (first !== undefined && samples.has(first.statement)) this.#confirmed.add(kind);
      else doubtful.add(kind);
    }
    const tried = await this.#waiters(
      open.flatMap(([kind, met]) => (doubtful.has(kind) ? met.map(({ statement }) => statement) : [])),
    );
    return [...kinds].flatMap(([kind, met]) =>
      doubtful.has(kind) ? met.filter(({ statement }) => tried.has(statement)) : met,
    );
  }

  async #tryUnknown(
    statements: readonly LiveStatement[],
    { taken, changed }: { taken: readonly Held[]; changed: Observed["changed"] },
  ): Promise<Met[]> {
    if (taken.every(({ mode }) => mode === "AccessShareLock") && changed.length === 0) return [];
    const waiting = await this.#waiters(statements);
    return [...waiting].map((statement): Met => {
      const names = new Set(statement.relations.map(lastPart));
      const locks = taken.toSorted((left, right) => strength(right.mode) - strength(left.mode));
      const lock = locks.find(({ relation }) => names.has(lastPart(relation)));
      const rows = changed.find(({ relation }) => names.has(lastPart(relation)));
      if (rows !== undefined && (lock === undefined || strength(lock.mode) < strength("ShareLock")))
        return { statement, relation: rows.relation, held: "row", wanted: "row" };
      const cause = lock ?? locks[0];
      return {
        statement,
        relation: cause?.relation ?? "",
        held: cause?.mode ?? "",
        wanted: wantedBy(statement),
      };
    });
  }

  async #tryRows(statements: readonly LiveStatement[], changed: Observed["changed"]): Promise<Met[]> {
    const locking = changed.flatMap(({ target, relation }) =>
      statements
        .filter(({ locks = [] }) => locks.some((lock) => lock.target === target && strength(lock.mode) > 0))
        .map((statement): Met => ({ statement, relation, held: "row", wanted: "row" })),
    );
    const waiting = await this.#waiters([...new Set(locking.map(({ statement }) => statement))]);
    return locking.filter(
      ({ statement }, index) =>
        waiting.has(statement) && locking.findIndex((one) => one.statement === statement) === index,
    );
  }

  async #waiters(statements: readonly LiveStatement[]): Promise<Set<LiveStatement>> {
    const planned = statements.flatMap((statement) =>
      statement.trials.map((trial) => ({ statement, trial })),
    );
    if (planned.length === 0) return new Set();
    const replies = await this.#trials.run(
      planned.map(({ trial }) => trial),
      { lockTimeoutMs },
    );
    return new Set(
      planned.flatMap(({ statement }, index) =>
        replies[index]?.problem?.sqlstate === lockNotAvailable ? [statement] : [],
      ),
    );
  }
}

/** What a statement that waits wants, where its text alone says so. */
function wantedBy({ writes, relations }: LiveStatement): string | undefined {
  return writes && relations.length === 1 ? "RowExclusiveLock" : undefined;
}

/**
 * Whether what a statement held at its end is all that it may wait for. A sequence stays locked until the transaction
 * that others were tried in before it ends. A foreign key whose columns are null locks the other table for a moment.
 */
function saysAll({ locks }: LiveStatement, { taken, related }: Pick<Observed, "taken" | "related">): boolean {
  if (locks === undefined) return false;
  const targets = new Set(locks.map(({ target }) => target));
  const writes = new Set(locks.flatMap(({ target, mode }) => (mode === "RowExclusiveLock" ? [target] : [])));
  const mayLock = (target: string): boolean =>
    related.some(
      ([one, other]) => (one === target && writes.has(other)) || (other === target && writes.has(one)),
    );
  return taken.every(({ target, isSequence }) =>
    targets.has(target) ? isSequence !== true : !mayLock(target),
  );
}

/** What a statement would wait for, if for anything: of several the lock on a table, and the strongest. */
export function predict(statement: LiveStatement, taken: readonly Held[]): Met[] {
  const met = taken.flatMap((held) =>
    (statement.locks ?? [])
      .filter(({ target, mode }) => target === held.target && conflict(mode, held.mode))
      .map((wanted) => ({ held, wanted: wanted.mode })),
  );
  const [first] = met.toSorted(
    (left, right) =>
      Number(right.held.isTable) - Number(left.held.isTable) ||
      strength(right.held.mode) - strength(left.held.mode) ||
      strength(right.wanted) - strength(left.wanted),
  );
  if (first === undefined) return [];
  return [{ statement, relation: first.held.relation, held: first.held.mode, wanted: first.wanted }];
}

function grouped(met: readonly Met[]): Wait[] {
  const groups = Map.groupBy(met, ({ relation, held, wanted }) => `${relation} ${held} ${wanted ?? ""}`);
  return [...groups.values()].flatMap((group): Wait[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { relation, held, wanted } = first;
    return [
      { relation, held, wanted, statements: group.map(({ statement: { app, name } }) => ({ app, name })) },
    ];
  });
}
