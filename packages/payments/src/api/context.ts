import type { Readable } from "node:stream";
import type { Acquirer } from "../acquirer/client.ts";
import type { Database } from "../database/database.ts";
import type { Release } from "./releases/release.ts";
import type { ApiStatements } from "./statements/all.ts";

/** What every endpoint works with. */
export interface Context {
  database: Database;
  statements: ApiStatements;
  release: Release;
  acquirer: Acquirer;
  /** Where clients reach this API; hosted pages lie below it. */
  publicUrl: string;
}

/** Who calls: the merchant and the mode that the secret key stands for. */
export interface Caller {
  merchantId: string;
  isLive: boolean;
}

/** An answer, ready to be sent: `body` is JSON unless `headers` say otherwise. */
export interface Answer {
  status: number;
  body: string;
  /** What is sent in place of `body`, piece by piece. */
  stream?: Readable;
  headers?: Readonly<Record<string, string>>;
}
