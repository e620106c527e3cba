import type { GroupCommit } from "./group-commit.ts";

/** An authorisation that waits for the card holder. It is over when there is a decision for its reference. */
export interface Challenge {
  /** Part of its address; nobody can guess it. */
  id: string;
  reference: string;
  kind: "sale" | "authorisation";
  amountCents: number;
  token: string;
  /** Where the browser goes afterwards. */
  returnUrl: string | null;
}

export const challengesSchema = `create table if not exists challenges (
  id text primary key, reference text not null unique, kind text not null, amount_cents integer not null,
  token text not null, return_url text
) strict, without rowid;`;

const columns = `id, reference, kind, amount_cents as "amountCents", token, return_url as "returnUrl"`;

export class Challenges {
  readonly #file: GroupCommit;
  readonly #find;
  readonly #of;
  readonly #add;

  constructor(file: GroupCommit) {
    this.#file = file;
    this.#find = file.prepare(`select ${columns} from challenges where id = ?`);
    this.#of = file.prepare(`select ${columns} from challenges where reference = ?`);
    this.#add = file.prepare(
      `insert into challenges (id, reference, kind, amount_cents, token, return_url) values (?, ?, ?, ?, ?, ?)`,
    );
  }

  find(id: string): Challenge | undefined {
    return this.#find.get(id) as Challenge | undefined;
  }

  of(reference: string): Challenge | undefined {
    return this.#of.get(reference) as Challenge | undefined;
  }

  /** Resolves when it is on disk: the card holder may come back after a crash. */
  async add({ id, reference, kind, amountCents, token, returnUrl }: Challenge): Promise<void> {
    this.#file.write(this.#add, id, reference, kind, amountCents, token, returnUrl);
    await this.#file.durable();
  }
}
