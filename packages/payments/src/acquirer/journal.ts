import { DatabaseSync, type StatementSync } from "node:sqlite";

/** What the acquirer decided about one reference. It never changes. */
export interface Decision {
  reference: string;
  kind: "authorisation" | "refund" | "void";
  state: "approved" | "declined";
  code: string | null;
  amountCents: number;
  /** Of a refund: the authorisation that it gives back. */
  authorisation: string | null;
}

/**
 * The acquirer's own durable record, independent of the platform's database. Decisions are written in
 * groups: everything that arrives while the disk is busy with one group goes into the next one.
 */
export class Journal {
  readonly #file: DatabaseSync;
  readonly #find: StatementSync;
  readonly #refunded: StatementSync;
  readonly #add: StatementSync;
  #waiting: (() => void)[] = [];
  #open = false;

  constructor(path: string) {
    this.#file = new DatabaseSync(path);
    // FULL: a decision that was answered survives a crash of the machine.
    this.#file.exec(`pragma journal_mode = wal; pragma synchronous = full;
      create table if not exists decisions (
        reference text primary key, kind text not null, state text not null, code text,
        amount_cents integer not null, authorisation text, decided_at text not null
      ) strict, without rowid;
      create index if not exists refunds_of on decisions (authorisation) where authorisation is not null`);
    this.#find = this.#file.prepare(
      `select reference, kind, state, code, amount_cents as "amountCents", authorisation
       from decisions where reference = ?`,
    );
    this.#refunded = this.#file.prepare(
      `select coalesce(sum(amount_cents), 0) as "amountCents" from decisions
       where authorisation = ? and kind = 'refund' and state = 'approved'`,
    );
    this.#add = this.#file.prepare(
      `insert into decisions (reference, kind, state, code, amount_cents, authorisation, decided_at)
       values (?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** What was decided about a reference, whether or not it has reached the disk yet. */
  find(reference: string): Decision | undefined {
    return this.#find.get(reference) as Decision | undefined;
  }

  /** What has been given back of an authorisation, in cents. */
  refundedCents(authorisation: string): number {
    return Number(this.#refunded.get(authorisation)?.["amountCents"] ?? 0);
  }

  /** Adds a decision. Resolves when it is on disk, and only then may anybody be told. */
  async add({ reference, kind, state, code, amountCents, authorisation }: Decision): Promise<void> {
    this.#begin();
    this.#add.run(reference, kind, state, code, amountCents, authorisation, new Date().toISOString());
    await this.durable();
  }

  /** Resolves when everything that was added so far is on disk. */
  async durable(): Promise<void> {
    if (!this.#open) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#commit();
    this.#file.close();
  }

  #begin(): void {
    if (this.#open) return;
    this.#file.exec("begin immediate");
    this.#open = true;
    // 4 ms gathers a few decisions for each write to disk and is short beside the card network's own time.
    setTimeout(() => this.#commit(), 4);
  }

  #commit(): void {
    if (!this.#open) return;
    this.#file.exec("commit");
    this.#open = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
