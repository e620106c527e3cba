import type { Client, ClientConfig } from "pg";
import { beforeEach } from "vitest";
import { Failure } from "../../std/failure.ts";
import type { Caller } from "../../access/caller.ts";
import type { GateReason } from "../../api/gate.ts";
import { useControl, type TestingControl } from "../../control/testing-control.ts";
import type { Plan } from "../../plan/plan.ts";
import { createPayments, paidStatusPlan } from "../../ship/example-change.ts";
import { runShipment } from "../run-shipment.ts";
import type { ShipmentServices } from "../services.ts";
import { startShipment } from "../start-shipment.ts";
import {
  addChange,
  addDatabase,
  addEnvironment,
  change,
  environment,
  storeDecision,
} from "./store-decision.ts";
import { Wake } from "../wake.ts";
import { callerCalled } from "./caller-called.ts";

/** For tests only: an environment of databases with the table of the example change, and a gate that says what the test says. */
export interface TestingFleet extends TestingControl {
  readonly services: ShipmentServices;
  readonly caller: Caller;
  /** What stands against each phase; empty for go. The test may change it at any time. */
  readonly against: Record<"expand" | "contract" | "rollback", GateReason[]>;
  /** What the gate was asked, in order. */
  readonly asked: string[];
  /** Databases that can't be opened now. */
  readonly down: Set<string>;
  /** Makes databases `db-01`, `db-02`, … and returns a session on each. */
  fleet(size: number, options?: { canaries?: number; rows?: number }): Promise<Map<string, Client>>;
  connection(name: string): ClientConfig;
  /** Starts a shipment of the example change, not yet its workflow. */
  start(options?: Partial<Parameters<typeof startShipment>[1]> & { plan?: Plan }): Promise<string>;
  /** Runs the shipment's workflow as it is now, in this process and without DBOS, to its end or stop. */
  run(shipment: string, options?: { signal?: AbortSignal; lookEveryMs?: number }): Promise<void>;
  states(shipment: string): Promise<Record<string, string>>;
  state(shipment: string): Promise<string>;
}

export function useFleet(): TestingFleet {
  const testing = useControl();
  const against: TestingFleet["against"] = { expand: [], contract: [], rollback: [] };
  const asked: string[] = [];
  const down = new Set<string>();
  const connections = new Map<string, ClientConfig>();
  beforeEach(() => {
    for (const phase of ["expand", "contract", "rollback"] as const) against[phase] = [];
    asked.length = 0;
    down.clear();
    connections.clear();
  });
  const connection = (name: string): ClientConfig => {
    const found = connections.get(name);
    if (found === undefined) throw new Error(`the fleet has no ${name}`);
    return found;
  };
  const services = (): ShipmentServices => ({
    control: testing.control,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    admit: (transaction, { request }) => {
      if (request.kind !== "change" || request.to === "structure")
        throw new Error("a shipment never asks that");
      asked.push(request.to);
      return storeDecision(transaction, { request, reasons: against[request.to] });
    },
    databaseConnection: async ({ name }) => {
      if (!down.has(name)) return connection(name);
      throw new Failure({ code: "database-not-reachable", message: `${name} is down.` });
    },
    closeChange: async ({ change: id, as }) => {
      await testing.control.query(
        "update interlock_control.changes set closed_at = now(), closed_as = $2::text where id = $1::text",
        [id, as],
      );
    },
    pace: { lookEveryMs: 50, askAgainMs: 100, progressEveryMs: 20, otherExecutorMs: 10_000 },
  });
  return {
    get control() {
      return testing.control;
    },
    get shadow() {
      return testing.shadow;
    },
    target: () => testing.target(),
    get services() {
      return services();
    },
    caller: callerCalled("ada"),
    against,
    asked,
    down,
    connection,
    async fleet(size, { canaries = 0, rows = 40 } = {}) {
      await addEnvironment(testing.control.query);
      const clients = new Map<string, Client>();
      for (let index = 1; index <= size; index += 1) {
        const name = `db-${String(index).padStart(2, "0")}`;
        const { database, client } = await testing.target();
        connections.set(name, testing.shadow.connection(database));
        await createPayments(client, { rows });
        await addDatabase(testing.control.query, { name, isCanary: index > size - canaries });
        clients.set(name, client);
      }
      return clients;
    },
    async start({ plan = paidStatusPlan(), ...options } = {}) {
      await addChange(testing.control.query, plan);
      const started = await startShipment(services(), {
        environment,
        change,
        target: "contract",
        caller: callerCalled("ada"),
        ...options,
      });
      if (started.kind === "refused") throw new Error("the gate is against it");
      return started.shipment;
    },
    async run(shipment, { signal = new AbortController().signal, lookEveryMs = 50 } = {}) {
      const [row] = await testing.control.query<{ run: number }>(
        "select run from interlock_control.shipments where id = $1::text",
        [shipment],
      );
      if (row === undefined) throw new Error("there is no such shipment");
      const own = services();
      await runShipment(
        { ...own, pace: { ...own.pace, lookEveryMs } },
        { shipment, run: row.run, signal, wake: new Wake(), step: runOnce },
      );
    },
    async states(shipment) {
      const rows = await testing.control.query<{ database: string; state: string }>(
        "select database, state from interlock_control.shipment_databases where shipment = $1::text order by database",
        [shipment],
      );
      return Object.fromEntries(rows.map(({ database, state }) => [database, state]));
    },
    async state(shipment) {
      const [row] = await testing.control.query<{ state: string }>(
        "select state from interlock_control.shipments where id = $1::text",
        [shipment],
      );
      return row?.state ?? "none";
    },
  };
}

function runOnce<Result>(_: string, work: () => Promise<Result>): Promise<Result> {
  return work();
}
