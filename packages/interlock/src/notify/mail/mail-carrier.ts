import type { Sealer } from "../../access/sealer.ts";
import type { Log } from "../../std/log.ts";
import { makeFaultLog, notBegun, notWritten, type Carrier } from "../delivery/carrier.ts";
import type { Claimed, Outcome } from "../delivery/delivery.ts";
import { AddressRefused } from "../hook/guarded-agent.ts";
import type { MailSettings } from "../settings.ts";
import { makeSigner } from "./sign-mail.ts";
import { SmtpLine, type Mail, type MailOutcome } from "./smtp-line.ts";

/** Makes the mail of a delivery; undefined where there is nothing to send any more. */
export type WriteMail = (delivery: Claimed) => Promise<{ to: string; message: Buffer } | undefined>;

const firstRestMs = 1_000;
const longestRestMs = 60_000;

/**
 * Carries mail over a few sessions on the mail server.
 *
 * What can go out twice: a message is recorded as sent after the server's 250 to its last byte. If this process dies
 * between that answer and the commit of the record, or the connection breaks after the last byte and before the
 * answer, nobody can know whether it arrived; it is sent again with the same Message-ID, and counted as a doubt.
 * Outcomes are gathered for 2 ms and recorded in one statement, so a kill -9 leaves the messages of about 10 ms and
 * one for each session in doubt; since nobody knows which those are, all that it had in hand (150 at most) is counted
 * as a doubt. SMTP has no way to make that nothing. A message that the server had not asked for
 * yet (354) can't have arrived; that is known and is no doubt.
 */
export function makeMailCarrier(
  { log }: { sealer: Sealer; log: Log },
  {
    settings,
    connections,
    write,
    isUrgent,
  }: {
    settings: MailSettings;
    connections: number;
    write: WriteMail;
    /** A call is tried again soon and reported, rather than waiting for the mail server to come back. */
    isUrgent: boolean;
  },
): Carrier {
  const sign = makeSigner(settings);
  const noteFault = makeFaultLog(log);
  const free = Array.from({ length: connections }, () => new SmtpLine(settings.smtp));
  const all = [...free];
  const waiting: ((line: SmtpLine) => void)[] = [];
  let restsUntil = 0;
  let rests = 0;

  const take = async (): Promise<SmtpLine> =>
    free.pop() ?? new Promise<SmtpLine>((resolve) => waiting.push(resolve));
  const give = (line: SmtpLine): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(line);
    else next(line);
  };
  const restMs = (): number => Math.max(0, restsUntil - performance.now());
  const rest = (problem: string): void => {
    if (restMs() > 0) return;
    const forMs = Math.min(longestRestMs, firstRestMs * 2 ** Math.min(rests, 10));
    restsUntil = performance.now() + forMs;
    rests += 1;
    log.warn({ problem, forMs }, "the mail server can't be reached; mail waits");
  };
  const outcomeOf = (result: MailOutcome): Outcome => {
    if (result.kind === "accepted") {
      rests = 0;
      return { state: "sent" };
    }
    if (result.kind === "refused") {
      const problem = `smtp-${String(result.code)}`;
      return result.forEver
        ? { state: "failed", problem, refusal: result.address }
        : { state: "failed-for-now", problem, doubt: false };
    }
    if (result.stage === "opening") rest(result.problem);
    if (isUrgent || result.stage !== "opening") {
      return { state: "failed-for-now", problem: result.problem, doubt: result.stage === "message" };
    }
    return { state: "released", afterMs: restMs(), problem: result.problem };
  };

  return {
    async carry(delivery, { signal, mayBegin }) {
      const line = await take();
      try {
        if (signal.aborted || !mayBegin()) return notBegun;
        if (restMs() > 0 && !isUrgent) return { ...notBegun, afterMs: restMs() };
        const written = await write(delivery);
        if (written === undefined) return { state: "dropped", problem: "nothing-to-tell" };
        const message = await sign(written.message);
        const mail: Mail = { from: settings.from.address, to: written.to, message };
        return outcomeOf(await line.send(mail));
      } catch (error) {
        if (error instanceof AddressRefused) {
          const problem = `address-refused: ${error.message}`;
          return { state: "failed", problem, refusal: true };
        }
        noteFault(delivery, error);
        return notWritten(error, { isUrgent });
      } finally {
        give(line);
      }
    },
    busyHosts: () => [],
    restMs: () => (isUrgent ? 0 : restMs()),
    async close() {
      for (const line of all) line.close();
    },
  };
}
