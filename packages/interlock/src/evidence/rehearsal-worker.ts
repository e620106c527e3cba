import { once } from "node:events";
import { Client } from "pg";
import type { Control } from "../control/control.ts";
import type { Work } from "../control/work.ts";
import { Failure, factsOf } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { rehearsalsChannel } from "./ask-rehearsal.ts";
import type { RehearsalReply } from "./rehearsal-result.ts";
import {
  endRehearsal,
  putBack,
  readRehearsalInput,
  releaseRehearsal,
  reviveRehearsals,
  takeRehearsal,
  workerLock,
  type TakenRehearsal,
} from "./rehearsal-queue.ts";
import { afterwardsMs, WarmShadow } from "./warm-shadow.ts";
import { runRehearsalProcess } from "./run-rehearsal-process.ts";

export interface RehearsalWorkServices {
  control: Control;
}

/** How often it is looked for something to do when nobody says that there is, in milliseconds. */
const lookEveryMs = 1_000;

/**
 * What every server does: rehearses what waits to be, one after the other. A session that it keeps holds a lock, by
 * which the others see that it lives.
 */
export function rehearsalWork(services: RehearsalWorkServices): Work {
  return {
    name: "rehearse changes",
    async run(signal) {
      const worker = newId("wrk");
      const session = new Client({
        ...services.control.connection,
        application_name: "interlock rehearsals",
      });
      const warm = new WarmShadow();
      const lost = new AbortController();
      session.on("error", () => {
        lost.abort(new Error("the session that shows that this worker lives was lost"));
      });
      await session.connect();
      try {
        await session.query(
          "select pg_catalog.pg_advisory_lock($1::integer, pg_catalog.hashtext($2::text))",
          [workerLock, worker],
        );
        await session.query(`listen ${rehearsalsChannel}`);
        await goOn({ ...services, session, worker, warm, signal: AbortSignal.any([signal, lost.signal]) });
        lost.signal.throwIfAborted();
      } finally {
        await warm.letGo();
        await session.end().catch(() => undefined);
      }
    },
  };
}

interface Working extends RehearsalWorkServices {
  session: Client;
  worker: string;
  warm: WarmShadow;
  signal: AbortSignal;
}

async function goOn(working: Working): Promise<void> {
  const { control, session, worker, signal } = working;
  while (!signal.aborted) {
    await reviveRehearsals(control);
    const taken = await takeRehearsal(control, worker);
    if (taken === undefined) await untilTold(session, signal);
    else await rehearse(working, taken);
  }
}

async function untilTold(session: Client, signal: AbortSignal): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(lookEveryMs)]);
  await once(session, "notification", { signal: either }).catch(() => undefined);
}

async function rehearse({ control, worker, warm, signal }: Working, taken: TakenRehearsal): Promise<void> {
  const { id, change } = taken;
  const input = await readRehearsalInput(control, taken);
  if (input === undefined) {
    await endRehearsal(control, { id, change, worker, reply: { failure: workloadReplaced } });
    return;
  }
  let reply: RehearsalReply;
  try {
    await warm.hold();
    reply = await runRehearsalProcess({ ...input, keepShadowMs: afterwardsMs }, { signal });
  } catch (error) {
    if (signal.aborted) {
      await releaseRehearsal(control, { id, worker });
      return;
    }
    if (error instanceof Failure && error.code === "rehearsal-crashed") {
      await endCrashed(control, { ...taken, worker, error });
      return;
    }
    reply = { failure: { ...factsOf(error) } };
  }
  await endRehearsal(control, { id, change, worker, reply });
}

/** A process that broke is followed by another one, as a server that did is. */
async function endCrashed(
  control: Control,
  { id, change, worker, error }: TakenRehearsal & { worker: string; error: Failure },
): Promise<void> {
  if (await putBack(control, { id, worker })) return;
  await endRehearsal(control, { id, change, worker, reply: { failure: { ...factsOf(error) } } });
}

const workloadReplaced = {
  code: "workload-replaced",
  message: "A workload that it was to be rehearsed with was replaced by another one.",
  state: "Nothing was run.",
  next: "Ask again; it is rehearsed with the workloads that are stored now.",
};
