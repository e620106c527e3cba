import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Check } from "../../api/probes.ts";
import { lookupElsewhere, refuseLinkLocal } from "./refuse-link-local.ts";

/** Whether a connection can be made, and with `tls` whether its certificate is right. */
export async function runTcp(
  { host, port, tls }: Extract<Check, { kind: "tcp" }>,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  refuseLinkLocal(host);
  const place = { host, port, lookup: lookupElsewhere };
  await new Promise<void>((resolve, reject) => {
    const socket = tls
      ? connectTls({ ...place, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connect(place);
    const stop = (): void => {
      socket.destroy(signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
    socket.once(tls ? "secureConnect" : "connect", () => {
      resolve();
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => {
      signal.removeEventListener("abort", stop);
      reject(new Error("the connection was closed"));
    });
  });
}
