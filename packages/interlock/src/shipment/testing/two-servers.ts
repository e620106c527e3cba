import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Control } from "../../control/control.ts";
import { sleep } from "../../std/sleep.ts";
import { durableSchema } from "../durable.ts";
import type { ServerProcessSettings } from "./server-process.ts";

const script = fileURLToPath(new URL("./server-process.ts", import.meta.url));

/** For tests only: two servers on one control database; whoever is killed is replaced. */
export class TwoServers {
  readonly #settings: ServerProcessSettings;
  readonly #control: Control;
  readonly #servers = new Map<number, ChildProcess>();
  /** What they said, the last lines. */
  said = "";

  constructor(settings: ServerProcessSettings, control: Control) {
    this.#settings = settings;
    this.#control = control;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [script, JSON.stringify(this.#settings)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stderr.on("data", (text: Buffer) => {
      this.said = (this.said + text.toString()).slice(-8_000);
    });
    await once(child.stdout, "data");
    if (child.pid === undefined) throw new Error("a process that was started has a number");
    this.#servers.set(child.pid, child);
  }

  /**
   * kill -9 of the server that is at work on the shipment, if one is; another one is started in its place. Returns
   * whether one was.
   */
  async killWorker(shipment: string): Promise<boolean> {
    const pid = await this.#worker(shipment);
    const child = pid === undefined ? undefined : this.#servers.get(pid);
    if (child === undefined || pid === undefined) return false;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    this.#servers.delete(pid);
    await this.start();
    return true;
  }

  async #worker(shipment: string): Promise<number | undefined> {
    // Started within a sweep, or between two servers.
    for (let turn = 0; turn < 100; turn += 1) {
      if (await this.#hasEnded(shipment)) return undefined;
      const rows = await this.#control
        .query<{ executor_id: string }>(
          `select executor_id from ${durableSchema}.workflow_status
            where status = 'PENDING' and workflow_uuid like $1::text || '/%' order by created_at desc limit 1`,
          [shipment],
        )
        .catch(() => []);
      const pid = Number(rows[0]?.executor_id.split("_").at(-2));
      if (this.#servers.has(pid)) return pid;
      await sleep(50);
    }
    return undefined;
  }

  async #hasEnded(shipment: string): Promise<boolean> {
    const rows = await this.#control.query(
      `select from interlock_control.shipments
        where id = $1::text and state in ('done', 'rolled-back', 'stopped', 'ready')`,
      [shipment],
    );
    return rows.length > 0;
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#servers.values()].map(async (child) => {
        const ended = once(child, "exit");
        child.stdin?.end();
        await ended;
      }),
    );
    this.#servers.clear();
  }
}
