import type { Environment } from "../api/environments.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { defaultTools } from "./default-tools.ts";

/** Adds an environment without databases. Throws `Failure` "already-exists". */
export async function addEnvironment(
  { control }: { control: Control },
  {
    name,
    tools = defaultTools,
    graceSeconds = 60,
    caller,
  }: {
    name: string;
    tools?: readonly string[] | undefined;
    /** How long a version counts as live after its last session. */
    graceSeconds?: number | undefined;
    caller: Caller;
  },
): Promise<Environment> {
  return control.transact(async ({ query, audit, emit }) => {
    const [row] = await query<{ created_at: Date }>(
      `insert into interlock_control.environments (name, tools, grace_seconds)
       values ($1::text, $2::text[], $3::integer)
       on conflict (name) do nothing returning created_at`,
      [name, [...tools], graceSeconds],
    );
    if (row === undefined) {
      throw new Failure({
        code: "already-exists",
        message: `There is an environment ${name} already.`,
        state: "Nothing was changed.",
        next: `See it: interlock environment show ${name}`,
      });
    }
    audit({
      actor: caller.owner,
      action: "environment.add",
      environment: name,
      subject: name,
      detail: { tools, graceSeconds },
    });
    emit({ kind: "environment-added", environment: name, subject: name, detail: {} });
    return { name, tools: [...tools], graceSeconds, createdAt: row.created_at.toISOString(), databases: 0 };
  });
}
