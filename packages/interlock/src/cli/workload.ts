import { Command } from "commander";
import { storedWorkloadSchema } from "../api/workloads.ts";
import { readWorkload } from "../workload/read.ts";
import { importCommand } from "./workload/import.ts";
import { readCommand } from "./workload/read.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

/** `interlock workload`: where the statements of app versions come from, and where they go. */
export function workloadCommand(): Command {
  return new Command("workload")
    .description("Write down the statements of app versions, and hand them to the server.")
    .addCommand(importCommand())
    .addCommand(readCommand())
    .addCommand(pushCommand());
}

function pushCommand(): Command {
  const command = new Command("push")
    .description(
      "Store workload files, as interlock record writes them. One for the same version is replaced.",
    )
    .argument("<file...>", "workload files")
    .addHelpText("after", "\nExample:\n  interlock workload push workloads/payments@2.3.0.json\n");
  return addServerFlags(command).action(async (paths: string[], flags: ServerFlags) => {
    // All of them are read before the first is sent.
    const workloads = await Promise.all(paths.map(readWorkload));
    const client = await openServerClient(flags);
    for (const workload of workloads) {
      const place = `/workloads/${encodeURIComponent(workload.app)}/${encodeURIComponent(workload.version)}`;
      const stored = storedWorkloadSchema.parse(await client.request("PUT", place, workload));
      const { app, version, statements, replaced } = stored;
      const note = replaced ? "; what was rehearsed with the one before no longer counts" : "";
      const text = `${app}@${version}  ${String(statements)} statements${note}`;
      process.stdout.write(flags.json ? `${JSON.stringify(stored)}\n` : `${text}\n`);
    }
  });
}
