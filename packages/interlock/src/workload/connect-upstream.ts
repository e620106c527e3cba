import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type TLSSocket } from "node:tls";
import { socketPath, type Upstream } from "./upstream.ts";

const connectTimeoutMs = 10_000;
/** SSLRequest: its length and its code, in the place of a protocol version (PostgreSQL manual, 54.7). */
const tlsRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Opens a connection to the database, encrypted as its URL asks, before any packet of the protocol proper.
 * Rejects with a plain Error where it can't.
 */
export async function connectUpstream(upstream: Upstream): Promise<Socket | TLSSocket> {
  const path = socketPath(upstream);
  const socket =
    path === undefined
      ? connect({ host: upstream.host, port: upstream.port, allowHalfOpen: true, noDelay: true })
      : connect({ path, allowHalfOpen: true });
  const deadline = setTimeout(() => {
    socket.destroy(new Error(`no connection within ${String(connectTimeoutMs / 1_000)} s`));
  }, connectTimeoutMs);
  try {
    await once(socket, "connect");
    if (upstream.tlsMode === "disable") return socket;
    return await encrypt(socket, upstream);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function encrypt(socket: Socket, upstream: Upstream): Promise<Socket | TLSSocket> {
  socket.write(tlsRequest);
  const answer = await readAnswer(socket);
  if (answer === "N") {
    if (upstream.tlsMode === "prefer") return socket;
    throw new Error(`the server does not speak TLS, and sslmode is ${upstream.tlsMode}`);
  }
  if (answer !== "S") throw new Error("the server's answer to the request for TLS is not PostgreSQL's");
  // libpq: `require` without a root certificate encrypts and verifies nothing; with one it is `verify-ca`.
  const verifies =
    upstream.tlsMode.startsWith("verify") ||
    (upstream.tlsMode === "require" && upstream.tls.ca !== undefined);
  const encrypted = connectTls({
    socket,
    ...upstream.tls,
    ...(isIP(upstream.host) === 0 ? { servername: upstream.host } : {}),
    rejectUnauthorized: verifies,
    checkServerIdentity: (_name, certificate) =>
      upstream.tlsMode === "verify-full" ? checkServerIdentity(upstream.host, certificate) : undefined,
  });
  await once(encrypted, "secureConnect");
  return encrypted;
}

/** One byte, and no more: anything behind it would have been sent by somebody in between (CVE-2021-23222). */
async function readAnswer(socket: Socket): Promise<string> {
  const chunk = await new Promise<Buffer>((resolve, reject) => {
    socket.once("data", resolve);
    socket.once("error", reject);
    socket.once("end", () => {
      reject(new Error("the server closed the connection"));
    });
  });
  socket.pause();
  socket.removeAllListeners("data").removeAllListeners("error").removeAllListeners("end");
  if (chunk.length !== 1) throw new Error("the server sent more than its answer to the request for TLS");
  return chunk.toString("latin1");
}
