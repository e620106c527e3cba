import type { Client } from "pg";

/** A target database as it was when it was looked at last. */
export interface Observation {
  name: string;
  isCanary: boolean;
  /** When it was last looked at with success; null where it never was. */
  observedAt: Date | null;
  /** Why it can't be looked at now; null where it can. */
  problem: string | null;
}

/** Looks at target databases, each over one session that is kept. */
export interface Observer {
  /** Every database of an environment as it was a second ago at most. Never rejects because of a target. */
  observe(environment: string): Promise<Observation[]>;
  /** Runs something on the session that is kept for a database, when nothing else runs there. */
  using<Result>(
    database: { environment: string; name: string },
    work: (client: Client) => Promise<Result>,
  ): Promise<Result>;
  close(): Promise<void>;
}
