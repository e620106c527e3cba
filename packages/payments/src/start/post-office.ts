import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

/** What reached somebody, as it came. */
export interface Letter {
  /** An address, or the path of a hook. */
  to: string;
  body: string;
}

/** Where everybody of the replay is reached: a mailbox for every address, and hooks. On loopback, nothing leaves it. */
export interface PostOffice {
  /** For the server's INTERLOCK_SMTP_URL. */
  smtpUrl: string;
  /** A hook is any path below it. */
  hookUrl: string;
  /** Every letter so far, in the order that they came. */
  readonly letters: readonly Letter[];
  /** Where each of them is kept as a file. */
  directory: string;
  close(): Promise<void>;
}

const largestLetter = 1024 * 1024;

/** Opens a post office that keeps what it takes in a folder of its own, which is emptied first. */
export async function openPostOffice({ directory }: { directory: string }): Promise<PostOffice> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const letters: Letter[] = [];
  const take = async (letter: Letter, kind: "eml" | "json"): Promise<void> => {
    letters.push(letter);
    const name = `${String(letters.length).padStart(3, "0")}-${letter.to.replaceAll(/[^\w@.-]+/g, "-")}.${kind}`;
    await writeFile(join(directory, name), letter.body);
  };
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    size: largestLetter,
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(" ");
      const taken = text(stream).then((body) => take({ to, body }, "eml"));
      void tell(taken, done);
    },
  });
  // A client that goes away in the middle is no concern of ours.
  smtp.on("error", () => undefined);
  const smtpListens = smtp.listen(0, "127.0.0.1");
  const hooks = createServer((request, response) => {
    receive(request)
      .then((body) => take({ to: request.url ?? "/", body }, "json"))
      .then(() => response.writeHead(204).end())
      .catch(() => response.writeHead(400).end());
  });
  hooks.listen(0, "127.0.0.1");
  await Promise.all([once(smtpListens, "listening"), once(hooks, "listening")]);
  return {
    smtpUrl: `smtp://127.0.0.1:${String(portOf(smtpListens.address()))}`,
    hookUrl: `http://127.0.0.1:${String(portOf(hooks.address()))}`,
    letters,
    directory,
    async close() {
      hooks.closeAllConnections();
      const closed = once(hooks, "close");
      hooks.close();
      await Promise.all([closed, new Promise<void>((resolve) => smtp.close(() => resolve()))]);
    },
  };
}

/** Tells what came of a promise in the way that the server wants it. */
async function tell(taken: Promise<void>, done: (error?: Error | null) => void): Promise<void> {
  const [outcome] = await Promise.allSettled([taken]);
  done(outcome.status === "fulfilled" ? null : (outcome.reason as Error));
}

async function receive(request: IncomingMessage): Promise<string> {
  let size = 0;
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestLetter) throw new Error("too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== "object" || address === null) throw new Error("it listens on a port");
  return address.port;
}
