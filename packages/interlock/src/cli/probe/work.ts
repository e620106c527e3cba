import { hostname } from "node:os";
import { Command } from "commander";
import { sealedOrdersSchema } from "../../api/probes.ts";
import { runProbes } from "../../probe/run-probes.ts";
import { makeWorkerKeys, openOrders } from "../../probe/sealed-orders.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { sleep } from "../../std/sleep.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** How often the server is asked what is to be done. */
const everyMs = 5_000;

/** `interlock probe work`: a further worker, elsewhere. */
export function probeWorkerCommand(): Command {
  const command = new Command("work")
    .description("Carry the probes of an environment out from here, besides the servers, until it is ended.")
    .requiredOption("--env <environment>", "where")
    .option("--name <name>", "of this worker, one that no other has (default: the machine's)")
    .addHelpText(
      "after",
      `
Example:
  interlock token make --name 'probes from Paris' --role admin --scope probe:work --env production
  INTERLOCK_TOKEN=ilk_… interlock probe work --env production --name paris-1

The token is given what probes send, secrets included. Probes of the environment's own databases stay with the servers.
`,
    );
  return addServerFlags(command).action(async (flags: ServerFlags & { env: string; name?: string }) => {
    const client = await openServerClient(flags);
    const ending = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());
    const worker = (flags.name ?? hostname()).replaceAll(/[^A-Za-z0-9._-]/g, "-").slice(0, 80);
    const place = `/environments/${encodeURIComponent(flags.env)}`;
    const keys = makeWorkerKeys();
    const { publicKey } = keys;
    const ask = async () =>
      openOrders(
        sealedOrdersSchema.parse(
          await client.request("POST", `${place}/probe-orders`, { worker, publicKey }),
        ),
        keys,
      );
    // Whoever may not, or asks for what is not there, is told at once.
    let orders = await ask();
    process.stderr.write(`carrying out ${String(orders.length)} probes of ${flags.env} as ${worker}\n`);
    await runProbes({
      worker,
      async load() {
        try {
          orders = await ask();
        } catch (error) {
          // The service is checked on while the server is away; it hears of it later.
          process.stderr.write(`the server is not heard: ${messageOf(error)}\n`);
        }
        return orders;
      },
      pause: (signal) => sleep(everyMs, signal).catch(() => undefined),
      connection: async () => {
        throw new Failure({
          code: "not-found",
          message: "Databases of the environment stay with the servers.",
        });
      },
      // A server takes so many requests of a token in a minute.
      collectMs: 300,
      record: async (report) => {
        await client.request("POST", `${place}/probe-results`, report);
      },
      signal: ending.signal,
    });
  });
}
