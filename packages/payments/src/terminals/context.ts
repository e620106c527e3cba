import type { Acquirer } from "../acquirer/client.ts";
import type { Database } from "../database/database.ts";
import type { TerminalRow } from "./statements/terminal.ts";

export interface TerminalContext {
  database: Database;
  acquirer: Acquirer;
}

/** The terminal that a request comes from. */
export type Terminal = TerminalRow;
