import type { Socket } from "node:net";

/** The codes that stand in the place of a protocol version (PostgreSQL manual, 54.7). */
const cancelCode = 80_877_102;
const tlsCode = 80_877_103;
const gssCode = 80_877_104;
/** MAX_STARTUP_PACKET_LENGTH */
const longestPacket = 10_000;
/** authentication_timeout's default. */
const startupTimeoutMs = 60_000;

/** The first packet of a connection that is to be passed on, and the bytes that came behind it. */
export interface Startup {
  kind: "session" | "cancel";
  packet: Buffer;
  rest: Buffer;
}

/**
 * Reads a client's first packet. Requests for encryption are answered with N, as a PostgreSQL without
 * TLS does, and the client goes on in plain text or gives up. Leaves the socket paused. Undefined where the
 * client left; rejects with a plain Error on anything that is no start-up packet.
 */
export async function readStartup(client: Socket): Promise<Startup | undefined> {
  return new Promise((resolve, reject) => {
    let pending: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => {
      finish(() => {
        reject(new Error("no start-up packet within 60 s"));
      });
    }, startupTimeoutMs);
    const onData = (chunk: Buffer): void => {
      pending = Buffer.concat([pending, chunk]);
      try {
        const startup = takeStartup();
        if (startup !== undefined) {
          finish(() => {
            resolve(startup);
          });
        }
      } catch (error) {
        finish(() => {
          reject(error);
        });
      }
    };
    const onEnd = (): void => {
      finish(() => {
        resolve(undefined);
      });
    };
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      client.off("data", onData).off("end", onEnd).off("close", onEnd).pause();
      settle();
    };
    const takeStartup = (): Startup | undefined => {
      while (pending.length >= 8) {
        const length = pending.readInt32BE(0);
        if (length < 8 || length > longestPacket) throw new Error("invalid length of startup packet");
        if (pending.length < length) return undefined;
        const packet = pending.subarray(0, length);
        pending = pending.subarray(length);
        const code = packet.readInt32BE(4);
        if (code === tlsCode || code === gssCode) client.write("N");
        else return { kind: code === cancelCode ? "cancel" : "session", packet, rest: pending };
      }
      return undefined;
    };
    client.on("data", onData).on("end", onEnd).on("close", onEnd);
  });
}
