import type { Client } from "pg";
import { sessionIsGone } from "../../packages/interlock/src/database/sqlstate.ts";
import { runStatement, type Answer } from "./run-statement.ts";
import type { Write } from "./statements.ts";
import { openSession, type TargetServer } from "./target.ts";

/** Where a write is noted in the transaction that makes it, so that a crash leaves no doubt whether it was made. */
export const noted = "writes_noted";

/** An app version at work on the database that is shipped to. */
export class LiveVersion {
  readonly #open: () => Promise<Client>;
  #client: Client;
  #count = 0;
  readonly #name: string;

  private constructor(open: () => Promise<Client>, client: Client, name: string) {
    this.#open = open;
    this.#client = client;
    this.#name = name;
  }

  static async start(target: TargetServer, database: string, name: string): Promise<LiveVersion> {
    const open = (): Promise<Client> => openSession(target, database, name);
    return new LiveVersion(open, await open(), name);
  }

  /**
   * Executes a write and commits it. Where the server goes away meanwhile it is looked up, or made again; "made"
   * where it was and its answer is lost.
   */
  async write(write: Write): Promise<Answer | "made"> {
    this.#count += 1;
    const number = `${this.#name} ${String(this.#count)}`;
    for (;;) {
      try {
        await this.#client.query("begin");
        const answer = await runStatement(this.#client, write);
        if ("refused" in answer) {
          await this.#client.query("rollback");
          // The deadlock's other party was the backfill or a step: a client tries again.
          if (answer.refused === "40P01") continue;
          return answer;
        }
        await this.#client.query(`insert into ${noted} values ($1::text)`, [number]);
        await this.#client.query("commit");
        return answer;
      } catch (error) {
        if (!sessionIsGone(error)) throw error;
        this.#client = await this.#open();
        const { rows } = await this.#client.query(`select from ${noted} where number = $1::text`, [number]);
        if (rows.length > 0) return "made";
      }
    }
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}
