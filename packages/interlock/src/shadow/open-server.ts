import { endLeftover } from "./sweep.ts";
import { startKeeper, takeLease, type Lease } from "./lease.ts";
import { join } from "node:path";

/**
 * A PostgreSQL server on a data folder that stays: started where it isn't running, shared where it is. It
 * listens on loopback with a password and stops when the last process that opened it ends.
 */
export async function openServer(options: {
  directory: string;
  port?: number;
  settings?: Readonly<Record<string, string>>;
}): Promise<Lease> {
  const running = await takeLease(options.directory);
  if (running !== undefined) return running;
  await endLeftover(join(options.directory, "data"));
  return startKeeper({ ...options, listen: "tcp", durable: true, idleMs: 0, throwaway: false });
}
