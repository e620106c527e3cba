import type { Client, ClientConfig } from "pg";
import { readCatalogVersion } from "../catalog/catalog-version.ts";
import { connect } from "../database/connect.ts";
import { ddlChannel } from "../guard/tables.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import type { WatchEvent } from "./alarm.ts";
import type { AlarmBook } from "./alarm-book.ts";
import { readDdlLog, whyNotTold } from "./ddl-log.ts";
import { prepareStatements } from "./prepare-statements.ts";
import { searchPathOf } from "./search-path-of.ts";

/** How long the server may keep silent before the session is given up. */
const silenceMs = 10_000;
/**
 * How often the catalog is looked at although nothing was told: event triggers do not see the settings of roles,
 * nor what is done with session_replication_role = replica.
 */
const netMs = 5_000;

/** One session on a watched database: what it hears, and looking at what the live versions find there. */
export class WatchSession {
  readonly #client: Client;
  readonly #book: AlarmBook;
  /** Why it has to look again and again; undefined where it is told. */
  readonly whyPolling: string | undefined;
  /** The catalog as it was read last, and when; undefined once something was told since. */
  #catalog: { version: string; readAt: number } | undefined;
  #lost: Error | undefined;
  /** Which workload was prepared, whole, on which catalog. */
  readonly #paths = new Map<string, string>();
  readonly #done = new Map<string, { workload: Workload; catalog: string; path: string | undefined }>();

  private constructor(
    client: Client,
    { book, whyPolling }: { book: AlarmBook; whyPolling: string | undefined },
  ) {
    this.#client = client;
    this.#book = book;
    this.whyPolling = whyPolling;
    client.on("notification", () => (this.#catalog = undefined));
    client.on("end", () => (this.#lost = new Error("the server ended the session")));
  }

  /** Opens it; `wake` is called when a structural change was committed, and when the session is lost. */
  static async open(
    connection: ClientConfig,
    { book, wake }: { book: AlarmBook; wake: () => void },
  ): Promise<WatchSession> {
    const client = await connect({ query_timeout: silenceMs, ...connection });
    try {
      // It neither writes nor keeps anybody waiting, whatever is sent by mistake.
      await client.query(
        "set default_transaction_read_only = on; set statement_timeout = '5s'; set lock_timeout = '1s'",
      );
      const whyPolling = await whyNotTold(client);
      client.on("notification", wake);
      client.on("end", wake);
      if (whyPolling === undefined) await client.query(`listen ${ddlChannel}`);
      return new WatchSession(client, { book, whyPolling });
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Whether event triggers came or went since the session was opened, so that another one has to take its place. */
  async isOutdated(): Promise<boolean> {
    return ((await whyNotTold(this.#client)) === undefined) !== (this.whyPolling === undefined);
  }

  /**
   * Prepares what has not been prepared on the catalog as it is now, and answers what is new and whether every
   * statement was answered. Rejects when the session is lost.
   */
  async look(workloads: readonly Workload[]): Promise<{ events: WatchEvent[]; isWhole: boolean }> {
    if (this.#lost !== undefined) throw this.#lost;
    const catalog = await this.#readCatalog();
    const versions = new Set(workloads.map(appVersion));
    const events = this.#book.keepOnly(versions, new Date().toISOString());
    for (const known of [this.#done, this.#paths]) {
      for (const name of known.keys()) if (!versions.has(name)) known.delete(name);
    }
    let isWhole = true;
    for (const workload of workloads) {
      const name = appVersion(workload);
      const done = this.#done.get(name);
      const path = await this.#searchPath(name);
      if (done?.catalog === catalog && done.workload === workload && done.path === path) continue;
      const { statements } = workload;
      const { mark } = this.#book;
      const preparation = await prepareStatements(this.#client, statements, {
        searchPath: path,
      });
      // What broke them may have been committed since the log was read.
      if (preparation.refused.length > 0) await this.#readLog();
      const at = new Date().toISOString();
      events.push(...this.#book.take({ appVersion: name, statements, mark, at, ...preparation }));
      if (preparation.unanswered.length === 0) this.#done.set(name, { workload, catalog, path });
      else isWhole = false;
    }
    return { events, isWhole };
  }

  async #readCatalog(): Promise<string> {
    const known = this.#catalog;
    if (this.whyPolling === undefined && known !== undefined && performance.now() - known.readAt < netMs) {
      return known.version;
    }
    // The version comes first, and what is told from here on counts as told since: nothing falls between.
    const reading = { version: "", readAt: performance.now() };
    this.#catalog = reading;
    reading.version = await readCatalogVersion(this.#client);
    await this.#readLog();
    return reading.version;
  }

  /** As it is now, or as it was when the version had sessions last. */
  async #searchPath(version: string): Promise<string | undefined> {
    const path = (await searchPathOf(this.#client, version)) ?? this.#paths.get(version);
    if (path !== undefined) this.#paths.set(version, path);
    return path;
  }

  async #readLog(): Promise<void> {
    if (this.whyPolling !== undefined) return;
    this.#book.addDdl(await readDdlLog(this.#client, { after: this.#book.readAfter }));
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}
