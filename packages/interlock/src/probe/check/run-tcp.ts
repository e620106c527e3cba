import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Check } from "../../api/probes.ts";

/** Whether a connection can be made, and with `tls` whether its certificate is right. */
export async function runTcp(
  { host, port, tls }: Extract<Check, { kind: "tcp" }>,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = tls
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connect({ host, port });
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
