import { Failure } from "../std/failure.ts";
import type { Query } from "./query.ts";

export interface EnvironmentRow {
  name: string;
  tools: string[];
  createdAt: Date;
}

/** Throws `Failure` "not-found". */
export async function findEnvironment(query: Query, name: string): Promise<EnvironmentRow> {
  const [row] = await query<{ name: string; tools: string[]; created_at: Date }>(
    "select name, tools, created_at from interlock_control.environments where name = $1::text",
    [name],
  );
  if (row === undefined) throw environmentNotFound(name);
  return { name: row.name, tools: row.tools, createdAt: row.created_at };
}

export function environmentNotFound(name: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no environment ${name}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock environment list",
  });
}
