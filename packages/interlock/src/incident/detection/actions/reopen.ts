import { systemCaller } from "../../../access/system-caller.ts";
import { reopenWithin } from "../../reopen-incident.ts";
import type { DetectionAction } from "../facts.ts";
import { affectMore } from "./affect-more.ts";
import { changeOf, type ActionContext } from "./context.ts";
import { putSignals } from "./put-signals.ts";

/** Opens an incident again whose trouble came back, instead of another one. */
export async function reopen(
  context: ActionContext,
  { incident, signals, affected }: Extract<DetectionAction, { do: "reopen" }>,
): Promise<void> {
  const { transaction, sealer, environment } = context;
  await reopenWithin(
    await changeOf(context, incident),
    { sealer },
    { status: "investigating", caller: systemCaller },
  );
  const change = await changeOf(context, incident);
  await affectMore(change, { environment, affected, since: change.at });
  await transaction.query(
    `update interlock_control.detections
        set relapses = relapses + 1, recovered_by_itself_at = null, resolved_by_itself_at = null
      where incident = $1::text`,
    [incident],
  );
  await putSignals(context, { incident, signals, why: "the trouble came back" });
}
