import { randomUUID } from "node:crypto";
import { awaitNextWork } from "./await-next-work.ts";
import { closeIfEverywhere } from "./close-if-everywhere.ts";
import { isSuperseded, patiently, takeUp, type Execution } from "./execution.ts";
import type { ShipmentServices } from "./services.ts";
import { shipDatabase } from "./ship-database.ts";
import { keyOf } from "./shipment-rows.ts";
import type { Wake } from "./wake.ts";

/** Runs a step once and keeps its result, so that whoever goes on after a crash does not run it again. */
export type RunStep = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * One run of a shipment: gives databases their turns until it has come to its end or to a stop. The order of its
 * steps follows from the results of those before and from nothing else, so that it can be gone on with after a
 * crash; what there is to do is read from the rows each time, and what was done from the journals in the targets.
 */
export async function runShipment(
  services: ShipmentServices,
  {
    shipment,
    run,
    signal,
    wake,
    step,
  }: { shipment: string; run: number; signal: AbortSignal; wake: Wake; step: RunStep },
): Promise<void> {
  const execution: Execution = {
    services,
    shipment,
    run,
    token: randomUUID(),
    atWork: new Set(),
    signal,
    wake,
  };
  const turns: Promise<void>[] = [];
  try {
    await patiently(execution, () => takeUp(execution));
    await giveTurns(execution, { step, turns });
    await Promise.all(turns);
    await step("close change", () => hanging(execution, closeIfEverywhere(services, shipment)));
  } catch (error) {
    if (signal.aborted) return never();
    await Promise.allSettled(turns);
    if (!isSuperseded(error)) throw error;
    services.log.info({ shipment, run }, "Somebody else goes on with the shipment");
  }
}

async function giveTurns(
  execution: Execution,
  { step, turns }: { step: RunStep; turns: Promise<void>[] },
): Promise<void> {
  const { atWork, wake } = execution;
  for (;;) {
    const next = await step("await next work", () => hanging(execution, awaitNextWork(execution)));
    if (next === null) return;
    for (const turn of next) {
      const key = keyOf(turn);
      atWork.add(key);
      const work = step("ship database", () => hanging(execution, shipDatabase(execution, turn))).finally(
        () => {
          atWork.delete(key);
          wake.wake();
        },
      );
      // Whatever it rejects with is thrown where all of them are awaited.
      work.catch(() => undefined);
      turns.push(work);
    }
  }
}

/** When this server stops, a step must not end: the next server runs it. */
async function hanging<Result>({ signal }: Execution, work: Promise<Result>): Promise<Result> {
  try {
    const result = await work;
    if (!signal.aborted) return result;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return never();
}

function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}
