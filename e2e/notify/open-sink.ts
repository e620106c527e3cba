import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What a sink has taken so far. */
export interface Taken {
  messages: number;
  bytes: number;
  /** Different Message-IDs. */
  different: number;
  ids?: [id: string, count: number][];
}

export interface Sink {
  port: number;
  taken(options?: { ids: boolean }): Promise<Taken>;
  stop(): Promise<void>;
}

/** Starts a mail server that takes everything, as a process of its own. */
export async function openSink(): Promise<Sink> {
  const child = fork(join(import.meta.dirname, "sink.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    port,
    async taken(options) {
      child.send({ ids: options?.ids ?? false });
      const [taken] = (await once(child, "message")) as [Taken];
      return taken;
    },
    async stop() {
      const gone = once(child, "close");
      child.kill();
      await gone;
    },
  };
}
