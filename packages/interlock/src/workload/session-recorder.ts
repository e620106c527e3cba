import { BodyReader } from "./body-reader.ts";
import { frontendBodies, readFrontendMessage, type FrontendMessage } from "./frontend-message.ts";
import { MessageSplitter, type WireMessage } from "./message-splitter.ts";
import { NamedTexts, type Portal } from "./named-texts.ts";
import { inFailedTransaction, type Observer, type PreparedText, type Session } from "./observation.ts";

/** What the server has yet to answer, in the order in which the client asked. */
type Expected =
  | { kind: "start" }
  | { kind: "query"; text: Buffer | undefined; completed: number; refusal: string | undefined }
  | { kind: "parse"; name: string; prepared: PreparedText | undefined; undo: () => void }
  | { kind: "describe"; prepared: PreparedText | undefined }
  | { kind: "execute"; portal: Portal | undefined }
  | { kind: "bind" | "close" | "sync" | "function-call" | "copy-end" };

/** Statements longer than this are streamed through and counted as not recorded. */
const longestStatementBytes = 1024 * 1024;
/** A client may send this many requests ahead of the answers; beyond, its connection is no longer recorded. */
const mostExpected = 100_000;

/**
 * Watches both directions of one connection, after its start-up packet, and tells the observer what was
 * asked and how it was answered. It sees copies: it can't change, hold back or break the traffic.
 * Either method throws a plain Error where the stream is not what the protocol says (PostgreSQL 18
 * manual, chapters 54.2 "Message Flow" and 54.7 "Message Formats"); the connection is then to be left
 * unrecorded from there on.
 */
export class SessionRecorder {
  readonly #observer: Observer;
  readonly #session: Session = { sqlPrepared: new Map() };
  readonly #names = new NamedTexts();
  readonly #fromClient = new MessageSplitter({ wanted: frontendBodies, limitBytes: longestStatementBytes });
  readonly #fromServer = new MessageSplitter({ wanted: "EtZ", limitBytes: longestStatementBytes });
  #expected: Expected[] = [{ kind: "start" }];
  #answered = 0;
  /** After an error the server passes over everything up to the next Sync. */
  #passingOver = false;
  /** In copy-in the server passes over Sync until the copy has ended. */
  #copyingIn = false;

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  fromClient(chunk: Buffer): void {
    this.#fromClient.push(chunk, (wire) => {
      const message = readFrontendMessage(wire);
      if (message !== undefined) this.#ask(message);
    });
  }

  fromServer(chunk: Buffer): void {
    this.#fromServer.push(chunk, (message) => this.#answer(message));
  }

  /** The connection has ended: what is still open was never answered. */
  end(): void {
    for (const { kind } of this.#expected.slice(this.#answered)) {
      if (kind === "query" || kind === "execute") this.#observer.leftOut("unanswered");
    }
    this.#expected = [];
    this.#answered = 0;
  }

  #ask(message: FrontendMessage): void {
    if (this.#passingOver && message.kind !== "sync") return;
    if (this.#copyingIn) {
      if (message.kind === "sync") return;
      if (message.kind === "copy-end") this.#copyingIn = false;
    }
    if (this.#expected.length - this.#answered >= mostExpected) throw new Error("too many open requests");
    switch (message.kind) {
      case "query":
        if (message.text === undefined) this.#observer.leftOut("too-large");
        this.#expect({ kind: "query", text: message.text, completed: 0, refusal: undefined });
        return;
      case "parse":
        this.#askToParse(message);
        return;
      case "bind":
        this.#names.bind(message);
        this.#expect({ kind: "bind" });
        return;
      case "describe":
        this.#expect({
          kind: "describe",
          prepared: message.target === "statement" ? this.#names.statement(message.name) : undefined,
        });
        return;
      case "execute":
        this.#expect({ kind: "execute", portal: this.#names.portal(message.portal) });
        return;
      case "close":
        this.#names.close(message);
        this.#expect({ kind: "close" });
        return;
      case "sync":
        this.#passingOver = false;
        this.#expect({ kind: "sync" });
        return;
      case "function-call":
        this.#observer.leftOut("function-call");
        this.#expect({ kind: "function-call" });
        return;
      case "copy-end":
        this.#expect({ kind: "copy-end" });
        return;
      default:
        message satisfies never;
    }
  }

  #askToParse({ name, text, types }: FrontendMessage & { kind: "parse" }): void {
    if (text === undefined) this.#observer.leftOut("too-large");
    const prepared =
      text === undefined
        ? undefined
        : { text, declaredTypes: types, describedTypes: undefined, named: name !== "" };
    this.#expect({ kind: "parse", name, prepared, undo: this.#names.parse(name, prepared) });
  }

  #expect(expected: Expected): void {
    this.#expected.push(expected);
  }

  #head(): Expected | undefined {
    // CopyDone and CopyFail have no answer of their own.
    while (this.#expected[this.#answered]?.kind === "copy-end") this.#pop();
    return this.#expected[this.#answered];
  }

  #pop(): void {
    this.#answered += 1;
    if (this.#answered === this.#expected.length || this.#answered >= 1_000) {
      this.#expected.splice(0, this.#answered);
      this.#answered = 0;
    }
  }

  #answer(message: WireMessage): void {
    const head = this.#head();
    switch (message.type) {
      case "1":
        this.#popOf("parse", head);
        if (head?.kind === "parse" && head.prepared !== undefined) {
          this.#observer.observe({ kind: "prepared", session: this.#session, prepared: head.prepared });
        }
        return;
      case "2":
        this.#popOf("bind", head);
        return;
      case "3":
        this.#popOf("close", head);
        return;
      case "t":
        if (head?.kind !== "describe") throw new Error("a description that nobody asked for");
        if (head.prepared !== undefined && !message.cut) head.prepared.describedTypes = readTypes(message);
        return;
      case "T":
      case "n":
        if (head?.kind === "describe") this.#pop();
        return;
      case "C":
        if (head?.kind === "query") head.completed += 1;
        else if (head?.kind === "execute") this.#executed(head.portal);
        return;
      case "I":
      case "s":
        if (head?.kind === "execute") this.#executed(head.portal);
        return;
      case "G":
        this.#copyInBegins(head);
        return;
      case "W":
        throw new Error("a replication stream holds no statements");
      case "E":
        this.#refuse(head, readState(message));
        return;
      case "Z":
        this.#ready(head);
        return;
      default:
    }
  }

  #popOf(kind: Expected["kind"], head: Expected | undefined): void {
    if (head?.kind !== kind) throw new Error(`an answer to ${kind} that nobody asked for`);
    this.#pop();
  }

  #executed(portal: Portal | undefined): void {
    this.#pop();
    this.#count(portal);
  }

  #count(portal: Portal | undefined): void {
    if (portal === undefined) {
      this.#observer.leftOut("unknown-statement");
      return;
    }
    // A portal fetched in parts is one call.
    if (portal.counted) return;
    portal.counted = true;
    if (portal.prepared === undefined) return;
    const { prepared, values } = portal;
    this.#observer.observe({ kind: "executed", session: this.#session, prepared, values });
  }

  #copyInBegins(head: Expected | undefined): void {
    if (head?.kind !== "execute") return;
    const after = this.#expected.slice(this.#answered + 1);
    const end = after.findIndex(({ kind }) => kind === "copy-end");
    // What the client sent before the copy's end, the server passes over; Sync is all it may have sent.
    const kept = end === -1 ? [] : after.slice(end);
    if (after.slice(0, after.length - kept.length).some(({ kind }) => kind !== "sync")) {
      throw new Error("a request inside a copy");
    }
    this.#expected = [head, ...kept];
    this.#answered = 0;
    this.#copyingIn = end === -1;
  }

  #refuse(head: Expected | undefined, state: string): void {
    this.#copyingIn = false;
    // Without an open request it is the server's good-bye (57P01 and the like).
    if (head === undefined || head.kind === "start" || head.kind === "function-call" || head.kind === "sync")
      return;
    if (head.kind === "query") {
      head.refusal = state;
      return;
    }
    if (head.kind === "parse" && head.prepared !== undefined) {
      const { prepared } = head;
      this.#observer.observe({ kind: "not-prepared", session: this.#session, prepared, refusal: state });
    }
    if (head.kind === "execute" && state !== inFailedTransaction) this.#count(head.portal);
    this.#passOver();
  }

  #passOver(): void {
    const undone: (() => void)[] = [];
    for (let head = this.#head(); head !== undefined && head.kind !== "sync"; head = this.#head()) {
      if (head.kind === "parse") undone.push(head.undo);
      this.#pop();
    }
    for (const undo of undone.toReversed()) undo();
    this.#passingOver = this.#head() === undefined;
  }

  #ready(head: Expected | undefined): void {
    if (head === undefined) throw new Error("an answer that nobody asked for");
    if (head.kind === "query") {
      const { text, completed, refusal } = head;
      if (text !== undefined) {
        this.#observer.observe({ kind: "query", session: this.#session, text, completed, refusal });
      }
    } else if (head.kind !== "sync" && head.kind !== "start" && head.kind !== "function-call") {
      throw new Error(`the server is ready although ${head.kind} has no answer`);
    }
    this.#pop();
  }
}

function readTypes({ body }: WireMessage): number[] {
  const reader = new BodyReader(body);
  return reader.list(reader.int16(), () => reader.oid());
}

/** The SQLSTATE of an ErrorResponse: its field C. */
function readState({ body }: WireMessage): string {
  const reader = new BodyReader(body);
  for (let field = reader.letter(); field !== "\0"; field = reader.letter()) {
    const value = reader.zeroTerminated();
    if (field === "C") return value.toString("latin1");
  }
  return "";
}
