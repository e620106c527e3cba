import type { GroupCommit } from "./group-commit.ts";

/** What the acquirer decided about one reference. It never changes. */
export interface Decision {
  reference: string;
  /** sale: authorised and captured at once. void: asked about before it arrived, so it can't arrive any more. */
  kind: "sale" | "authorisation" | "capture" | "release" | "refund" | "void";
  state: "approved" | "declined";
  code: string | null;
  amountCents: number;
  /** Of a capture, release or refund: the sale or authorisation that it belongs to. */
  authorisation: string | null;
  /** True when the card holder proved who they are (3-D Secure) for it. */
  is3ds: boolean;
  /** The card in the vault; null where there is none. */
  token: string | null;
}

/** A decision, and when it was made, in milliseconds of Unix time. */
export interface DatedDecision extends Decision {
  decidedAt: number;
}

export const decisionsSchema = `create table if not exists decisions (
  reference text primary key, kind text not null, state text not null, code text, amount_cents integer not null,
  authorisation text, is_3ds integer not null, token text, decided_at integer not null
) strict, without rowid;
create index if not exists decisions_of on decisions (authorisation) where authorisation is not null;
create index if not exists decisions_by_time on decisions (decided_at, reference);`;

const columns = `reference, kind, state, code, amount_cents as "amountCents", authorisation, is_3ds as "is3ds",
  token, decided_at as "decidedAt"`;

type Row = Omit<DatedDecision, "is3ds"> & { is3ds: number };

const ofRow = (row: Row): DatedDecision => ({ ...row, is3ds: row.is3ds === 1 });

export class Decisions {
  readonly #file: GroupCommit;
  readonly #find;
  readonly #of;
  readonly #page;
  readonly #add;
  #last: number;

  constructor(file: GroupCommit) {
    this.#file = file;
    this.#find = file.prepare(`select ${columns} from decisions where reference = ?`);
    this.#of = file.prepare(
      `select ${columns} from decisions where authorisation = ? and state = 'approved'`,
    );
    this.#page = file.prepare(
      `select ${columns} from decisions
       where (decided_at, reference) > (?, ?) and decided_at < ? order by decided_at, reference limit ?`,
    );
    this.#add = file.prepare(
      `insert into decisions (reference, kind, state, code, amount_cents, authorisation, is_3ds, token, decided_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const latest = file.prepare("select max(decided_at) as latest from decisions").get();
    this.#last = Number(latest?.["latest"] ?? 0);
  }

  /** What was decided about a reference, whether or not it has reached the disk yet. */
  find(reference: string): DatedDecision | undefined {
    const row = this.#find.get(reference) as Row | undefined;
    return row === undefined ? undefined : ofRow(row);
  }

  /** The captures, releases and refunds of an authorisation that were approved. */
  of(authorisation: string): DatedDecision[] {
    return (this.#of.all(authorisation) as unknown as Row[]).map(ofRow);
  }

  /** Decisions after `after` and before the time `before`, oldest first, at most `limit`. */
  page(options: {
    after: { decidedAt: number; reference: string };
    before: number;
    limit: number;
  }): DatedDecision[] {
    const { after, before, limit } = options;
    const rows = this.#page.all(after.decidedAt, after.reference, before, limit);
    return (rows as unknown as Row[]).map(ofRow);
  }

  /** Adds a decision. Resolves when it is on disk, and only then may anybody be told. */
  async add(decision: Decision, decidedAt: number): Promise<void> {
    const { reference, kind, state, code, amountCents, authorisation, is3ds, token } = decision;
    // Never earlier than the one before, so that a settlement file that was read stays complete.
    this.#last = Math.max(this.#last, decidedAt);
    this.#file.write(
      this.#add,
      reference,
      kind,
      state,
      code,
      amountCents,
      authorisation,
      is3ds ? 1 : 0,
      token,
      this.#last,
    );
    await this.#file.durable();
  }
}
