import type { BoundValue, FrontendMessage } from "./frontend-message.ts";
import type { PreparedText } from "./observation.ts";

/** A statement bound to its parameters, ready to be executed. */
export interface Portal {
  /** Undefined where the statement was too large to keep. */
  prepared: PreparedText | undefined;
  values: BoundValue[] | undefined;
  counted: boolean;
}

/** How many names one connection can have at a time; beyond, the oldest is forgotten and said to be unknown. */
const mostNames = 10_000;

/** The prepared statements and portals of one connection, by the names that the client gave them ("" is one too). */
export class NamedTexts {
  readonly #statements = new Map<string, PreparedText | undefined>();
  readonly #portals = new Map<string, Portal>();

  /** Takes note of a Parse that was sent, and returns what makes it undone if the server refuses it. */
  parse(name: string, prepared: PreparedText | undefined): () => void {
    const known = this.#statements.has(name);
    const before = this.#statements.get(name);
    put(this.#statements, name, prepared);
    return () => {
      // Refusing the unnamed statement leaves none behind; a refused name was either new or is taken.
      if (known && name !== "") this.#statements.set(name, before);
      else this.#statements.delete(name);
    };
  }

  bind({ portal, statement, values }: FrontendMessage & { kind: "bind" }): void {
    if (this.#statements.has(statement)) {
      put(this.#portals, portal, { prepared: this.#statements.get(statement), values, counted: false });
    } else {
      this.#portals.delete(portal);
    }
  }

  statement(name: string): PreparedText | undefined {
    return this.#statements.get(name);
  }

  portal(name: string): Portal | undefined {
    return this.#portals.get(name);
  }

  close({ target, name }: FrontendMessage & { kind: "close" }): void {
    if (target === "statement") this.#statements.delete(name);
    else this.#portals.delete(name);
  }
}

function put<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > mostNames && oldest !== undefined) map.delete(oldest);
}
