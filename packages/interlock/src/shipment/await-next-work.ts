import { messageOf } from "../std/failure.ts";
import type { Transaction } from "../control/control.ts";
import { callerOf } from "./caller-of.ts";
import { holdShipment, isSuperseded, patiently, type Execution } from "./execution.ts";
import { nextWork, type Task } from "./next-work.ts";
import { noteEnded } from "./note-ended.ts";
import { reasonsOf, sameReasons } from "./reasons.ts";
import { paceOf } from "./services.ts";
import { settleShipment } from "./settle-shipment.ts";
import {
  readDatabases,
  workOf,
  type ShipmentDatabaseRow,
  type ShipmentReason,
  type ShipmentRow,
} from "./shipment-rows.ts";

/** One database's turn. */
export interface Turn {
  database: string;
  attempt: number;
  task: Task;
  /** When the gate said go, in milliseconds since 1970. */
  admittedAt: number;
}

type Outcome =
  | { kind: "begin"; turns: Turn[] }
  | { kind: "settled" }
  | { kind: "busy" }
  /** The gate said no, or could not be asked. */
  | { kind: "held"; environment: string };

/**
 * Waits until databases may begin, and gives them their turn: in the transaction in which the gate admits them.
 * Null when the shipment has come to its end or to a stop. Throws `Failure` "superseded".
 */
export async function awaitNextWork(execution: Execution): Promise<Turn[] | null> {
  const { services, signal, wake } = execution;
  const { lookEveryMs, askAgainMs } = paceOf(services);
  let refused = 0;
  while (!signal.aborted) {
    const seen = await patiently(execution, () => lastHappening(execution));
    const outcome = await decide(execution);
    if (outcome.kind === "begin") return outcome.turns;
    if (outcome.kind === "settled") return null;
    if (outcome.kind === "busy") await wake.wait(lookEveryMs, signal);
    else if (!(await patiently(execution, () => noteEnded(execution)))) {
      // What the gate saw may have been on its way to what it waits for: at first it is asked again soon.
      refused += 1;
      await untilSomethingHappens(execution, { seen, forMs: Math.min(askAgainMs, 500 * refused) });
    }
  }
  return null;
}

async function decide(execution: Execution): Promise<Outcome> {
  try {
    return await patiently(execution, () =>
      execution.services.control.transact((transaction) => move(transaction, execution)),
    );
  } catch (error) {
    if (isSuperseded(error) || execution.signal.aborted) throw error;
    // Not knowing is no go: it waits and says why, and tries again.
    const { services, shipment } = execution;
    services.log.error({ shipment, why: messageOf(error) }, "The gate could not be asked");
    return patiently(execution, () =>
      services.control.transact(async (transaction) => {
        const row = await holdShipment(transaction, execution);
        await hold(transaction, { row, execution, reasons: [notAsked(error)] });
        return { kind: "held", environment: row.environment };
      }),
    );
  }
}

async function move(transaction: Transaction, execution: Execution): Promise<Outcome> {
  const row = await holdShipment(transaction, execution);
  const databases = await readDatabases(transaction, row.id);
  const next = nextWork({
    direction: row.direction,
    target: row.target,
    concurrency: row.concurrency,
    isStopAsked: row.stop_asked_by !== null,
    databases: databases.map((one) => workOf(one, execution.atWork)),
  });
  switch (next.kind) {
    case "wait":
      return { kind: "busy" };
    case "settle":
      await settleShipment(transaction, { row, databases, state: next.state });
      return { kind: "settled" };
    case "begin": {
      const decision = await execution.services.admit(transaction, {
        environment: row.environment,
        request: { kind: "change", change: row.change, to: next.task },
        caller: callerOf(row.started_by),
      });
      if (decision.verdict !== "go") {
        await hold(transaction, { row, execution, reasons: reasonsOf(decision) });
        return { kind: "held", environment: row.environment };
      }
      return { kind: "begin", turns: await begin(transaction, { row, databases, next }) };
    }
  }
}

async function begin(
  transaction: Transaction,
  {
    row,
    databases,
    next,
  }: {
    row: ShipmentRow;
    databases: readonly ShipmentDatabaseRow[];
    next: { task: Task; databases: readonly string[] };
  },
): Promise<Turn[]> {
  const { task } = next;
  await transaction.query(
    `update interlock_control.shipment_databases
        set state = 'running', attempt = attempt + 1, failure = null, ended_at = null,
            started_at = coalesce(started_at, clock_timestamp()),
            phase = case $3::text when 'contract' then 'contract' else coalesce(phase, 'expand') end
      where shipment = $1::text and database = any($2::text[])`,
    [row.id, next.databases, task],
  );
  const state = row.direction === "back" ? "rolling-back" : "running";
  await transaction.query(
    "update interlock_control.shipments set state = $2::text, reasons = '[]' where id = $1::text",
    [row.id, state],
  );
  const about = { environment: row.environment, subject: row.id };
  for (const database of next.databases) {
    transaction.emit({ kind: "shipment-database-begun", ...about, detail: { database, task } });
  }
  const admittedAt = Date.now();
  return databases
    .filter(({ database }) => next.databases.includes(database))
    .map(({ database, attempt }) => ({ database, attempt: attempt + 1, task, admittedAt }));
}

/** Shows why nothing new begins; told once, however often the gate says it. */
async function hold(
  transaction: Transaction,
  { row, execution, reasons }: { row: ShipmentRow; execution: Execution; reasons: ShipmentReason[] },
): Promise<void> {
  const isIdle = execution.atWork.size === 0;
  const state = row.direction === "back" ? "rolling-back" : isIdle ? "waiting" : "running";
  if (state === row.state && sameReasons(row.reasons, reasons)) return;
  await transaction.query(
    "update interlock_control.shipments set state = $2::text, reasons = $3::jsonb where id = $1::text",
    [row.id, state, JSON.stringify(reasons)],
  );
  transaction.emit({
    kind: "shipment-waiting",
    environment: row.environment,
    subject: row.id,
    detail: { reasons },
  });
}

/** The last thing that happened in the environment that may change the gate's mind. */
async function lastHappening({ services, shipment }: Execution): Promise<string> {
  const [row] = await services.control.query<{ number: string }>(
    `select coalesce(max(e.number), 0)::text as number
       from interlock_control.events e, interlock_control.shipments s
      where s.id = $1::text and (e.environment = s.environment or e.environment is null)
        and e.kind <> 'decision-made' and e.kind not like 'shipment-%'`,
    [shipment],
  );
  return row?.number ?? "0";
}

async function untilSomethingHappens(
  execution: Execution,
  { seen, forMs }: { seen: string; forMs: number },
): Promise<void> {
  const { services, signal, wake, shipment } = execution;
  const until = Date.now() + forMs;
  while (!signal.aborted && Date.now() < until) {
    await wake.wait(Math.min(paceOf(services).lookEveryMs, forMs), signal);
    const [row] = await patiently(execution, () =>
      services.control.query<{ stopped: boolean }>(
        `select stop_asked_by is not null or run <> $2::integer as stopped
           from interlock_control.shipments where id = $1::text`,
        [shipment, execution.run],
      ),
    );
    if (row?.stopped !== false) return;
    if ((await patiently(execution, () => lastHappening(execution))) !== seen) return;
  }
}

function notAsked(error: unknown): ShipmentReason {
  return {
    code: "gate-not-answering",
    message: `The gate could not be asked: ${messageOf(error)}`,
    next: "It is asked again by itself; see the server's log if this stays.",
  };
}
