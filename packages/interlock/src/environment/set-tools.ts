import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { environmentNotFound } from "./find-environment.ts";

/** Says which sessions of an environment are no app. Throws `Failure` "not-found". */
export async function setTools(
  { control }: { control: Control },
  { environment, tools, caller }: { environment: string; tools: readonly string[]; caller: Caller },
): Promise<void> {
  await control.transact(async ({ query, audit, emit }) => {
    const [before] = await query<{ tools: string[] }>(
      "select tools from interlock_control.environments where name = $1::text for update",
      [environment],
    );
    if (before === undefined) throw environmentNotFound(environment);
    await query("update interlock_control.environments set tools = $2::text[] where name = $1::text", [
      environment,
      [...tools],
    ]);
    audit({
      actor: caller.owner,
      action: "environment.set-tools",
      environment,
      subject: environment,
      detail: { before: before.tools, after: tools },
    });
    emit({ kind: "environment-tools-set", environment, subject: environment, detail: { tools } });
  });
}
