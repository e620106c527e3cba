import type { EventEmitter } from "node:events";
import type { Client } from "pg";
import { problemBehind } from "./change-failure.ts";
import type { Problem } from "./problem.ts";

interface Wire extends EventEmitter {
  parse(message: { text: string }): void;
  describe(message: { type: "S"; name: string }): void;
  sync(): void;
}

/** What PostgreSQL says of a statement in a session of pg's own, inside whatever transaction is open there. */
export interface Description {
  problem: Problem | undefined;
  /** Parameter types and result columns, for comparison. */
  print: string;
}

/** Parse and Describe of one statement on an ordinary client, which has no way of its own to do that. */
export function describeOn(client: Client, sql: string): Promise<Description> {
  return new Promise((resolve) => {
    const said: unknown[] = [];
    let wire: Wire | undefined;
    const parameters = (message: { dataTypeIDs: number[] }): void => void said.push(message.dataTypeIDs);
    const finish = (problem: Problem | undefined): void => {
      wire?.off("parameterDescription", parameters);
      resolve({ problem, print: JSON.stringify(said) });
    };
    const query = {
      submit(connection: unknown) {
        wire = connection as Wire;
        wire.on("parameterDescription", parameters);
        wire.parse({ text: sql });
        wire.describe({ type: "S", name: "" });
        wire.sync();
      },
      handleRowDescription({
        fields,
      }: {
        fields: { name: string; dataTypeID: number; dataTypeModifier: number }[];
      }) {
        said.push(
          fields.map(({ name, dataTypeID, dataTypeModifier }) => [name, dataTypeID, dataTypeModifier]),
        );
      },
      handleError(error: unknown) {
        finish(problemBehind(error) ?? { sqlstate: "08006", message: String(error) });
      },
      handleReadyForQuery() {
        finish(undefined);
      },
    };
    client.query(query);
  });
}
