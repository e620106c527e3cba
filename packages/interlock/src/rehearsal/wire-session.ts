import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { Client, type ClientConfig } from "pg";
import { clipped, type Problem } from "./problem.ts";
import { goodbyeMs } from "./sandbox/limits.ts";
import type { Overseer } from "./sandbox/overseer.ts";

/** A column of a result as PostgreSQL describes it. */
interface ResultColumn {
  name: string;
  typeOid: number;
  typeModifier: number;
}

/** What PostgreSQL says of a statement that it has parsed. */
export interface Shape {
  parameterTypeOids: readonly number[];
  columns: readonly ResultColumn[];
}

export interface Reply {
  problem: Problem | undefined;
  shape: Shape;
  /** Rows as text, where the caller wants to see them. */
  rows: (string | null)[][];
  /** How many rows the statement returned or touched. */
  rowCount: number;
  /** Whether the session ended while this was run. */
  endedSession: boolean;
}

/** What pg's own client sends messages with. It is not in pg's types. */
interface Wire extends EventEmitter {
  stream: Pick<Socket, "cork" | "uncork" | "destroy" | "bytesRead">;
  parse(message: { text: string; name?: string }): void;
  bind(message: { statement?: string; values: readonly (string | null)[] }): void;
  describe(message: { type: "S" | "P"; name: string }): void;
  execute(message: { rows: number }): void;
  query(text: string): void;
  sync(): void;
  end(): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

interface Message {
  name: string;
  dataTypeIDs?: number[];
  fields?: unknown[];
  text?: string;
}

interface Exchange {
  reply: Reply;
  copyData: string | undefined;
  extended: boolean;
  keepsRows: boolean;
  resolve(reply: Reply): void;
}

const notBegun: Problem = { sqlstate: "08003", message: "the session was over before it could be run" };

/** The most rows that one statement is let return: rows are few, so more is a runaway. */
const mostRows = 1_000;
/** What has an eye on a session, given what can be seen of it. */
export type Oversee = (session: {
  processId: number;
  stream: Pick<Socket, "bytesRead">;
  /** Cuts the connection on this side. */
  destroy(): void;
}) => Overseer;

/**
 * A session whose messages are sent without waiting for the answers to earlier ones, so that hundreds of
 * statements cost one round trip. What PostgreSQL refuses is a `problem` of the reply and never thrown. A
 * session that the server ends answers everything with a problem of class 57 or 08; see `ended`.
 */
export class WireSession {
  readonly #wire: Wire;
  readonly #waiting: Exchange[] = [];
  #ended: Problem | undefined;
  readonly #overseer: Overseer;

  private constructor(wire: Wire, overseer: Overseer) {
    this.#wire = wire;
    this.#overseer = overseer;
    // From here on the messages are ours; pg has done what comes before the first query.
    for (const event of wire.eventNames()) if (event !== "newListener") wire.removeAllListeners(event);
    wire.on("message", (message: Message) => this.#take(message));
    wire.on("error", (error: Error) => this.#end({ sqlstate: "08006", message: error.message }));
    wire.on("end", () => this.#end({ sqlstate: "08006", message: "the server ended the session" }));
  }

  static async open(config: ClientConfig, oversee: Oversee): Promise<WireSession> {
    const client = new Client(config);
    client.on("error", () => undefined);
    await client.connect();
    const { processID: processId, connection } = client as unknown as { processID: number; connection: Wire };
    return new WireSession(
      connection,
      oversee({ processId, stream: connection.stream, destroy: () => void connection.stream.destroy() }),
    );
  }

  /** Why the session is over, where it is. */
  get ended(): Problem | undefined {
    return this.#ended;
  }

  /** Parse and Describe, unnamed or under a name under which it stays prepared. */
  describe(sql: string, name = ""): Promise<Reply> {
    if (sql.includes("\0")) return Promise.resolve(refused(zeroByte));
    return this.#exchange(() => {
      this.#wire.parse({ text: sql, name });
      this.#wire.describe({ type: "S", name });
      this.#wire.sync();
    });
  }

  /** Parse, Bind and Execute. Values are text as the server reads it. */
  execute(sql: string, values: readonly (string | null)[] = []): Promise<Reply> {
    return this.#execute(sql, { values, keepsRows: true });
  }

  /** The same for what nobody wants the rows of, which may be many and large. */
  try(sql: string, values: readonly (string | null)[]): Promise<Reply> {
    return this.#execute(sql, { values, keepsRows: false });
  }

  /** Bind and Execute of what was described under a name. */
  executePrepared(name: string, values: readonly (string | null)[]): Promise<Reply> {
    return this.#exchange(() => this.#bindAndExecute(name, values));
  }

  /** The rows of a question of our own that was described under a name. */
  ask(name: string): Promise<Reply> {
    return this.#exchange(() => this.#bindAndExecute(name, []), { keepsRows: true });
  }

  /**
   * A simple query. `copyData` answers a COPY FROM STDIN; without it such a COPY gets no rows. Nothing else
   * may be sent before a COPY is done.
   */
  run(sql: string, copyData?: string): Promise<Reply> {
    if (sql.includes("\0")) return Promise.resolve(refused(zeroByte));
    return this.#exchange(() => this.#wire.query(sql), { copyData, extended: false });
  }

  /** Ends the session and waits until the server has, so that its database can be copied. */
  async finish(): Promise<void> {
    if (this.#ended !== undefined) return;
    const over = new Promise<void>((resolve) => this.#wire.once("end", () => resolve()));
    this.close();
    const tooLong = setTimeout(() => this.#wire.stream.destroy(), goodbyeMs);
    await over;
    clearTimeout(tooLong);
  }

  close(): void {
    this.#end({ sqlstate: "08003", message: "the session was closed" });
    this.#wire.end();
  }

  #execute(
    sql: string,
    { values, keepsRows }: { values: readonly (string | null)[]; keepsRows: boolean },
  ): Promise<Reply> {
    if (sql.includes("\0")) return Promise.resolve(refused(zeroByte));
    return this.#exchange(
      () => {
        this.#wire.parse({ text: sql });
        this.#bindAndExecute("", values);
      },
      { keepsRows },
    );
  }

  #bindAndExecute(statement: string, values: readonly (string | null)[]): void {
    this.#wire.bind({ statement, values });
    this.#wire.execute({ rows: mostRows });
    this.#wire.sync();
  }

  #exchange(
    send: () => void,
    { copyData, extended = true, keepsRows = false }: Partial<Exchange> = {},
  ): Promise<Reply> {
    const reply = refused(this.#ended);
    if (this.#ended !== undefined) return Promise.resolve(reply);
    return new Promise((resolve) => {
      if (this.#waiting.length === 0) this.#overseer.begin();
      this.#waiting.push({ reply, copyData, extended, keepsRows, resolve });
      this.#wire.stream.cork();
      send();
      process.nextTick(() => this.#wire.stream.uncork());
    });
  }

  #take(message: Message): void {
    const [exchange] = this.#waiting;
    if (exchange === undefined) return;
    const { reply } = exchange;
    switch (message.name) {
      case "parameterDescription":
        reply.shape = { ...reply.shape, parameterTypeOids: message.dataTypeIDs ?? [] };
        break;
      case "rowDescription":
        reply.shape = { ...reply.shape, columns: (message.fields ?? []).map(resultColumn) };
        break;
      case "dataRow":
        reply.rowCount += 1;
        if (exchange.keepsRows) reply.rows.push((message.fields ?? []) as (string | null)[]);
        break;
      case "commandComplete":
        reply.rowCount = Number(/\d+$/.exec(message.text ?? "")?.[0] ?? 0);
        break;
      case "copyInResponse":
        if (exchange.copyData !== undefined) this.#wire.sendCopyFromChunk(Buffer.from(exchange.copyData));
        this.#wire.endCopyFrom();
        // In the extended protocol a COPY swallows the Sync that followed it.
        if (exchange.extended) this.#wire.sync();
        break;
      case "error":
        reply.problem ??= problemIn(message as unknown as ServerError);
        break;
      case "readyForQuery":
        this.#waiting.shift();
        if (this.#waiting.length === 0) this.#overseer.rest();
        else this.#overseer.begin();
        exchange.resolve(reply);
        break;
      default:
    }
  }

  #end(problem: Problem): void {
    this.#ended ??= this.#overseer.exceeded ?? problem;
    this.#overseer.rest();
    for (const [index, { reply, resolve }] of this.#waiting.splice(0).entries()) {
      reply.endedSession = index === 0;
      // What the server says to a session that it is told to end is not why; what was not begun has no reason.
      reply.problem = index > 0 ? notBegun : (this.#overseer.exceeded ?? reply.problem ?? this.#ended);
      resolve(reply);
    }
  }
}

/** What the server says of a zero byte. Inside a message it would end the text and break what follows. */
const zeroByte: Problem = { sqlstate: "22021", message: 'invalid byte sequence for encoding "UTF8": 0x00' };

function refused(problem: Problem | undefined): Reply {
  const shape = { parameterTypeOids: [], columns: [] };
  return { problem, shape, rows: [], rowCount: 0, endedSession: false };
}

function resultColumn(field: unknown): ResultColumn {
  const { name, dataTypeID, dataTypeModifier } = field as {
    name: string;
    dataTypeID: number;
    dataTypeModifier: number;
  };
  return { name, typeOid: dataTypeID, typeModifier: dataTypeModifier };
}

interface ServerError {
  code?: string;
  message: string;
  schema?: string;
  table?: string;
  column?: string;
  constraint?: string;
}

function problemIn({ code, message, schema, table, column, constraint }: ServerError): Problem {
  return {
    sqlstate: code ?? "XX000",
    message: clipped(message),
    ...(schema === undefined ? {} : { schema }),
    ...(table === undefined ? {} : { table }),
    ...(column === undefined ? {} : { column }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}
