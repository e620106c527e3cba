import type { Update } from "../../api/updates.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control, Transaction } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { readClock } from "../clock.ts";
import { findIncident } from "../find-incident.ts";
import { findMaintenance } from "../maintenance/find-maintenance.ts";
import { findUpdate, readUpdate } from "./find-update.ts";
import type { UpdateRow } from "./update.ts";

/** What a verb on one update works with: it, read when what it is of was locked. */
export interface UpdateChange {
  transaction: Transaction;
  update: UpdateRow;
  /** Of what it is of. */
  environment: string;
  /** `INC-12` or `MNT-13`. */
  reference: string;
  at: Date;
}

/**
 * Does something to one update in one transaction; verbs on the same incident or maintenance are done one after
 * another. Answers the update as it is then. Throws `Failure` "not-found" or "forbidden".
 */
export async function changeUpdate(
  control: Control,
  { update: id, caller }: { update: string; caller: Caller },
  work: (change: UpdateChange) => Promise<void>,
): Promise<Update> {
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const { incident, maintenance } = await findUpdate(query, id);
    const { environment, number } =
      incident === null
        ? await findMaintenance(query, maintenance ?? "", { lock: true })
        : await findIncident(query, incident, { lock: true });
    requireEnvironment(caller, environment);
    const reference = `${incident === null ? "MNT" : "INC"}-${number}`;
    const update = await findUpdate(query, id);
    await work({ transaction, update, environment, reference, at: await readClock(query) });
    return readUpdate(query, id);
  });
}
