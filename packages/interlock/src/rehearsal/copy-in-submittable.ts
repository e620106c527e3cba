import type { Client } from "pg";
import { problemBehind } from "./change-failure.ts";
import type { Problem } from "./problem.ts";

interface CopyingConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** COPY FROM STDIN on an ordinary client, which has no way of its own to do that: what refuses it, if anything. */
export function copyIn(
  client: Client,
  { sql, data }: { sql: string; data: string },
): Promise<Problem | undefined> {
  return new Promise((resolve) => {
    let problem: Problem | undefined;
    const query = {
      submit(connection: unknown) {
        (connection as CopyingConnection).query(sql);
      },
      handleCopyInResponse(connection: CopyingConnection) {
        connection.sendCopyFromChunk(Buffer.from(data));
        connection.endCopyFrom();
      },
      handleCommandComplete() {},
      handleError(error: unknown) {
        problem = problemBehind(error) ?? { sqlstate: "08006", message: String(error) };
        resolve(problem);
      },
      handleReadyForQuery() {
        resolve(problem);
      },
    };
    client.query(query);
  });
}
