import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { messageOf } from "../../std/failure.ts";
import type { SmtpSettings } from "../settings.ts";

/** What became of one message on a line. */
export type MailOutcome =
  | { kind: "accepted" }
  /** The server answered, and will not have it: now (4yz) or ever (5yz); `address` where it is the recipient's. */
  | { kind: "refused"; code: number; forEver: boolean; address: boolean }
  /**
   * There was no answer, or one about something else than this message. Only once the server has asked for the
   * message (354) may it have arrived.
   */
  | { kind: "lost"; stage: "opening" | "envelope" | "message"; problem: string };

export interface Mail {
  from: string;
  to: string;
  message: Buffer;
}

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 15_000, socketTimeout: 60_000 };

/** Servers dislike sessions without end. */
const mostMessages = 500;

/**
 * One session on the mail server, opened when it is needed and opened anew after it was lost. One message at a time.
 * nodemailer's own pool is not used: it sends a message again by itself when a connection breaks, and then nobody
 * knows how often it went out.
 */
export class SmtpLine {
  readonly #settings: SmtpSettings;
  #connection: SMTPConnection | undefined;
  #sent = 0;

  constructor(settings: SmtpSettings) {
    this.#settings = settings;
  }

  async send(mail: Mail): Promise<MailOutcome> {
    const isUsed = this.#connection !== undefined;
    const outcome = await this.#sendOnce(mail);
    // A server ends a session that was idle for a while; that says nothing about the message.
    const ended = isUsed && outcome.kind === "lost" && outcome.stage === "envelope";
    return ended ? this.#sendOnce(mail) : outcome;
  }

  async #sendOnce({ from, to, message }: Mail): Promise<MailOutcome> {
    let connection: SMTPConnection;
    try {
      connection = await this.#open();
    } catch (error) {
      this.close();
      return { kind: "lost", stage: "opening", problem: problemOf(error) };
    }
    const body = new Body(message);
    const outcome = await new Promise<MailOutcome>((resolve) => {
      connection.send({ from, to: [to], size: message.length }, body, (error) => {
        resolve(error === null || error === undefined ? { kind: "accepted" } : outcomeOf(error, body.begun));
      });
    });
    this.#sent += 1;
    if (outcome.kind === "lost" || this.#sent >= mostMessages) this.close();
    else if (outcome.kind === "refused") await this.#reset();
    return outcome;
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#sent = 0;
    if (connection === undefined) return;
    if (connection.authenticated || !this.#settings.user) connection.quit();
    // Not everybody answers QUIT.
    setTimeout(() => connection.close(), 1_000).unref();
  }

  async #open(): Promise<SMTPConnection> {
    if (this.#connection !== undefined && !this.#connection.destroyed) return this.#connection;
    this.#sent = 0;
    const { host, port, secure, requireTls, user, password } = this.#settings;
    const isLoopback = !requireTls && !secure;
    const connection = new SMTPConnection({
      host,
      port,
      secure,
      requireTLS: requireTls,
      // On loopback TLS would only be refused for its certificate.
      ignoreTLS: isLoopback,
      ...timeouts,
    });
    this.#connection = connection;
    await new Promise<void>((resolve, reject) => {
      // A later error shows in the message that was on its way, or in the next one.
      connection.on("error", reject);
      connection.once("end", () => reject(new Error("the mail server closed the connection")));
      connection.connect((error) => {
        if (error) reject(error as Error);
        else resolve();
      });
    });
    if (user !== null) {
      await new Promise<void>((resolve, reject) => {
        connection.login({ user, pass: password ?? "" }, (error) => {
          if (error) reject(error as Error);
          else resolve();
        });
      });
    }
    return connection;
  }

  /** After a refusal the session is at the beginning of a message again. */
  async #reset(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || connection.destroyed) return;
    const failed = await new Promise<boolean>((resolve) => {
      connection.once("end", () => resolve(true));
      connection.reset((error) => resolve(Boolean(error)));
    });
    if (failed) this.close();
  }
}

/** A message that knows whether the server has asked for it (354): before that it can't have arrived. */
class Body extends Readable {
  begun = false;
  readonly #message: Buffer;

  constructor(message: Buffer) {
    super();
    this.#message = message;
  }

  override _read(): void {
    this.begun = true;
    this.push(this.#message);
    this.push(null);
  }
}

interface SmtpError {
  responseCode?: number;
  command?: string;
  code?: string;
}

function outcomeOf(error: unknown, begun: boolean): MailOutcome {
  const { responseCode, command = "", code } = error as SmtpError;
  if (responseCode === undefined) {
    // The server said beforehand how large a message may be.
    if (code === "EMESSAGE") return { kind: "refused", code: 552, forEver: true, address: false };
    return { kind: "lost", stage: begun ? "message" : "envelope", problem: problemOf(error) };
  }
  const address = command === "RCPT TO";
  // 421 is the server that ends, and a refusal before the recipient is what it thinks of us: no word about this message.
  if (responseCode === 421 || !(address || command === "DATA")) {
    return { kind: "lost", stage: "envelope", problem: problemOf(error) };
  }
  return { kind: "refused", code: responseCode, forEver: responseCode >= 500, address };
}

/** `smtp-421`, `ECONNREFUSED`: never the server's words, which often repeat the address. */
function problemOf(error: unknown): string {
  const { responseCode, code } = error as SmtpError;
  if (responseCode !== undefined) return `smtp-${String(responseCode)}`;
  return code ?? messageOf(error).slice(0, 100);
}
