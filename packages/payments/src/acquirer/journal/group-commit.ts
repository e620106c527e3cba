import { DatabaseSync, type StatementSync } from "node:sqlite";

/** 4 ms gathers a few decisions for each write to disk and is short beside the card network's own time. */
const gatherMs = 4;

/**
 * A SQLite file that is written in groups: what arrives while one group gathers goes to disk with it, by one
 * write. Reads see at once what was written; nobody else may hear of it before `durable` has resolved.
 */
export class GroupCommit {
  readonly #file: DatabaseSync;
  #waiting: (() => void)[] = [];
  #gathering: NodeJS.Timeout | undefined;

  constructor(path: string, schema: string) {
    this.#file = new DatabaseSync(path);
    // FULL: a decision that was answered survives a crash of the machine.
    this.#file.exec(`pragma journal_mode = wal; pragma synchronous = full; ${schema}`);
  }

  prepare(sql: string): StatementSync {
    return this.#file.prepare(sql);
  }

  /** Runs a statement that writes, as part of the group that is gathering. */
  write(statement: StatementSync, ...values: (string | number | null)[]): void {
    if (this.#gathering === undefined) {
      this.#file.exec("begin immediate");
      // A write to disk that fails ends the process: nobody was told, and the file is as it was before.
      this.#gathering = setTimeout(() => this.#commit(), gatherMs);
    }
    statement.run(...values);
  }

  /** Resolves when everything that was written so far is on disk. */
  async durable(): Promise<void> {
    if (this.#gathering === undefined) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#commit();
    this.#file.close();
  }

  #commit(): void {
    if (this.#gathering === undefined) return;
    clearTimeout(this.#gathering);
    this.#file.exec("commit");
    this.#gathering = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
