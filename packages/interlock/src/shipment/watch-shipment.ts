import { paceOf } from "./services.ts";
import type { Execution } from "./execution.ts";

/** Tells the work in a database when it is to come to its next safe point. */
export interface Watch {
  /** Aborted when somebody stops the shipment, another run or server has it, or this server stops. */
  readonly signal: AbortSignal;
  hasAnotherFailed(): Promise<boolean>;
  close(): void;
}

export function watchShipment(execution: Execution): Watch {
  const { services, shipment, run, token } = execution;
  const stop = new AbortController();
  const closed = new AbortController();
  const look = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      const [row] = await services.control.query<{ over: boolean }>(
        `select stop_asked_by is not null or run <> $2::integer or execution is distinct from $3::text as over
           from interlock_control.shipments where id = $1::text`,
        [shipment, run, token],
      );
      if (row?.over !== false) stop.abort();
      await execution.wake.wait(paceOf(services).lookEveryMs, closed.signal);
    }
  };
  const keepLooking = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      // Away for a while: what is under way goes on, and what was asked for is seen afterwards.
      await look().catch(() => execution.wake.wait(1_000, closed.signal));
    }
  };
  void keepLooking();
  return {
    signal: AbortSignal.any([stop.signal, execution.signal]),
    async hasAnotherFailed() {
      const [row] = await services.control.query<{ failed: boolean }>(
        `select exists (select from interlock_control.shipment_databases
                         where shipment = $1::text and state in ('failed', 'stopped')) as failed`,
        [shipment],
      );
      return row?.failed === true;
    },
    close() {
      closed.abort();
    },
  };
}
