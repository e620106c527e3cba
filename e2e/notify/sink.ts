// A mail server in a process of its own that takes everything and counts: its parent asks how far it is.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";

/** How often each Message-ID came. */
const counts = new Map<string, number>();
let messages = 0;
let bytes = 0;

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  disableReverseLookup: true,
  // The client's own limit is what counts.
  maxClients: 200,
  onData(stream, _session, done) {
    void take(stream, done);
  },
});
server.on("error", () => undefined);

async function take(stream: SMTPServerDataStream, done: (error?: Error) => void): Promise<void> {
  let head = "";
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      if (head.length < 1_000) head += part.toString("latin1");
      bytes += part.length;
    }
  } catch (error) {
    // The client died in the middle: nothing was taken.
    done(error as Error);
    return;
  }
  const id = /^Message-ID: <([^>]*)>/im.exec(head)?.[1] ?? "";
  counts.set(id, (counts.get(id) ?? 0) + 1);
  messages += 1;
  done();
}

const listening = server.listen(0, "127.0.0.1");
await once(listening, "listening");
process.send?.({ port: (listening.address() as AddressInfo).port });

process.on("message", (asked: { ids?: boolean }) => {
  process.send?.({
    messages,
    bytes,
    different: counts.size,
    ...(asked.ids === true ? { ids: [...counts] } : {}),
  });
});
process.on("disconnect", () => process.exit(0));
