import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { Challenges, challengesSchema } from "./challenges.ts";
import { Decisions, decisionsSchema } from "./decisions.ts";
import { GroupCommit } from "./group-commit.ts";
import { Vault, vaultSchema } from "./vault.ts";

/**
 * The acquirer's own durable record, independent of the platform's database: a SQLite file, and beside it
 * (`….key`) the secret key that card numbers are hashed with.
 */
export class Journal {
  readonly decisions: Decisions;
  readonly challenges: Challenges;
  readonly vault: Vault;
  readonly #file: GroupCommit;

  constructor(path: string) {
    this.#file = new GroupCommit(path, `${decisionsSchema} ${challengesSchema} ${vaultSchema}`);
    this.decisions = new Decisions(this.#file);
    this.challenges = new Challenges(this.#file);
    this.vault = new Vault(this.#file, readKey(`${path}.key`));
  }

  /** Resolves when everything that was written so far is on disk. */
  async durable(): Promise<void> {
    return this.#file.durable();
  }

  close(): void {
    this.#file.close();
  }
}

/** The key in a file that only its owner may read; made when it isn't there yet. */
function readKey(path: string): Buffer {
  try {
    // "wx" fails when the file exists: two processes can't make two keys.
    writeFileSync(path, randomBytes(32), { flag: "wx", mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = readFileSync(path);
  if (key.length !== 32) throw new Error(`${path} holds no key of 32 bytes`);
  return key;
}
