import { endsSession, type Problem } from "./problem.ts";
import type { Trial, TrialSession } from "./trial-session.ts";

/** A statement that stays prepared, with the parameters it is executed with. */
export interface Kept {
  sql: string;
  values: readonly (string | null)[];
  /** A COPY or another command that PostgreSQL does not plan can't be kept prepared to any purpose. */
  hasPlan: boolean;
}

/** Statements that stay prepared in one session while the schema changes underneath, as in a connection pool. */
export class KeptPrepared {
  readonly #trials: TrialSession;
  readonly #names = new Map<Kept, { name: string; first: Problem | undefined }>();

  constructor(trials: TrialSession) {
    this.#trials = trials;
  }

  /** Prepares those that are not yet, and executes each once: only then it has a plan to keep. */
  async prepare(statements: readonly Kept[]): Promise<void> {
    const added = statements.filter((statement) => !this.#names.has(statement) && statement.hasPlan);
    if (added.length === 0) return;
    const named = added.map((statement, index) => ({
      statement,
      name: `kept_${String(this.#names.size + index)}`,
    }));
    const prepared = await Promise.all(
      named.map(({ statement, name }) => this.#trials.session.describe(statement.sql, name)),
    );
    const usable = named.filter((_, index) => prepared[index]?.problem === undefined);
    const replies = await this.#execute(usable);
    usable.forEach(({ statement, name }, index) => {
      this.#names.set(statement, { name, first: replies[index] });
    });
    if (this.#lost()) await this.#startOver();
  }

  /** Executes what is prepared; the answer holds those that fail in another way than at first. */
  async execute(statements: readonly Kept[]): Promise<Map<Kept, Problem>> {
    const known = statements.flatMap((statement) => {
      const kept = this.#names.get(statement);
      return kept === undefined ? [] : [{ statement, ...kept }];
    });
    const problems = await this.#execute(known);
    const failed = new Map<Kept, Problem>();
    known.forEach(({ statement, first }, index) => {
      const problem = problems[index];
      if (problem !== undefined && !endsSession(problem) && problem.sqlstate !== first?.sqlstate) {
        failed.set(statement, problem);
      }
    });
    if (this.#lost()) await this.#startOver();
    return failed;
  }

  async #execute(named: readonly { statement: Kept; name: string }[]): Promise<(Problem | undefined)[]> {
    const trials = named.map(({ statement, name }): Trial => ({ ...statement, name }));
    return (await this.#trials.run(trials)).map(({ problem }) => problem);
  }

  #lost(): boolean {
    return this.#trials.session.ended !== undefined;
  }

  /** A statement ended the session: what was prepared in it is gone, and there is nothing to keep any more. */
  async #startOver(): Promise<void> {
    this.#names.clear();
    await this.#trials.reopen();
  }
}
