import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";

/** A letter as a mail server took it. */
export interface TakenLetter {
  to: string;
  raw: string;
  messageId: string;
}

/** For tests only: a mail server that keeps what it is sent. */
export interface Mailbox {
  readonly url: string;
  readonly letters: TakenLetter[];
  /** What it does with a recipient or a message, beyond taking it: an SMTP code refuses. */
  onRecipient: (address: string) => number | undefined;
  /** Before the last answer; "drop" breaks the connection there, "keep and drop" after it was kept. */
  onMessage: (letter: TakenLetter) => number | "drop" | "keep and drop" | undefined;
  /** Returns when there are so many. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const letters: TakenLetter[] = [];
  const waiting: (() => void)[] = [];
  let port = 0;
  let server: SMTPServer | undefined;
  const sockets = new Set<{ destroy(): void }>();

  const take = async (
    stream: SMTPServerDataStream,
    { envelope }: SMTPServerSession,
    done: (error?: Error) => void,
  ): Promise<void> => {
    let raw: string;
    try {
      raw = await text(stream);
    } catch {
      // The connection broke in the middle: nothing was taken.
      return;
    }
    const to = envelope.rcptTo.map(({ address }) => address).join(" ");
    const letter = { to, raw, messageId: /^Message-ID: (.*)$/im.exec(raw)?.[1] ?? "" };
    const answer = mailbox.onMessage(letter);
    if (answer === undefined || answer === "keep and drop") {
      letters.push(letter);
      for (const go of waiting.splice(0)) go();
    }
    if (typeof answer === "string") for (const socket of sockets) socket.destroy();
    else if (answer === undefined) done();
    else done(Object.assign(new Error("not so"), { responseCode: answer }));
  };

  const make = (): SMTPServer => {
    const made = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      onRcptTo({ address }, _session, done) {
        const code = mailbox.onRecipient(address);
        if (code === undefined) done();
        else done(Object.assign(new Error("not here"), { responseCode: code }));
      },
      onData(stream, session, done) {
        void take(stream, session, done);
      },
    });
    made.on("error", () => undefined);
    made.server.on("connection", (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    return made;
  };

  const mailbox: Mailbox = {
    get url() {
      return `smtp://127.0.0.1:${String(port)}?connections=4`;
    },
    letters,
    onRecipient: () => undefined,
    onMessage: () => undefined,
    async until(count) {
      while (letters.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async stop() {
      const stopped = server;
      if (stopped === undefined) return;
      server = undefined;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => stopped.close(resolve));
    },
    async start() {
      server = make();
      const listening = server.listen(port, "127.0.0.1");
      await once(listening, "listening");
      port = (listening.address() as AddressInfo).port;
    },
  };
  await mailbox.start();
  return mailbox;
}
