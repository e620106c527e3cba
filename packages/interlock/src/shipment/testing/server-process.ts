// For tests only: a server that does nothing but ship, to be killed. Its one argument is a ServerProcessSettings as
// JSON; what its gate says is in a table of the control database, so that a test can change its mind.
import type { ClientConfig } from "pg";
import { Failure } from "../../std/failure.ts";
import { openControl } from "../../control/control.ts";
import { runWork } from "../../control/run-work.ts";
import type { GateReason } from "../../api/gate.ts";
import type { ShipmentServices } from "../services.ts";
import { shipWork } from "../ship-work.ts";
import { storeDecision } from "./store-decision.ts";

export interface ServerProcessSettings {
  control: ClientConfig;
  /** Targets by name. */
  databases: Record<string, ClientConfig>;
}

const settings = JSON.parse(process.argv[2] ?? "") as ServerProcessSettings;
const control = openControl(settings.control, { applicationName: "interlock-server@test" });
const tell =
  (level: string) =>
  (facts: object, message: string): void => {
    process.stderr.write(`${level} ${message} ${JSON.stringify(facts)}\n`);
  };
const services: ShipmentServices = {
  control,
  log: { info: tell("info"), warn: tell("warn"), error: tell("error") },
  async admit(transaction, { request }) {
    if (request.kind !== "change") throw new Error("a shipment asks about changes");
    const reasons = await transaction.query<GateReason>(
      `select 'version-still-live' as code, 'blocks' as effect, 'the test says so' as message, 'wait' as next
         from gate_is_against where phase = $1::text`,
      [request.to],
    );
    return storeDecision(transaction, { request, reasons });
  },
  async databaseConnection({ name }) {
    const found = settings.databases[name];
    if (found !== undefined) return found;
    throw new Failure({ code: "not-found", message: `There is no database ${name}.` });
  },
  async closeChange({ change, as }) {
    await control.query(
      "update interlock_control.changes set closed_at = clock_timestamp(), closed_as = $2::text where id = $1::text and closed_at is null",
      [change, as],
    );
  },
  pace: { lookEveryMs: 100, askAgainMs: 200, progressEveryMs: 20 },
};

const stop = new AbortController();
// The test's end of the pipe: a server must not outlive the test that started it, however that ends.
process.stdin.resume();
process.stdin.on("end", () => {
  stop.abort();
});
process.stdout.write("begun\n");
await runWork([shipWork(services)], { signal: stop.signal, log: services.log });
await control.close();
// Workflows that were left for the next server never return here.
process.exit(0);
