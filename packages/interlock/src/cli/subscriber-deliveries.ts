import { Command } from "commander";
import { deliveryListSchema } from "../api/subscribers.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";
import { renderDeliveries } from "./subscriber-view.ts";

/** `interlock subscriber deliveries`: what became of telling people. */
export function deliveriesCommand(): Command {
  const command = new Command("deliveries")
    .description("Show what became of telling subscribers, the latest first.")
    .option("--limit <number>", "at most 200", "20")
    .addHelpText("after", "\nExample:\n  interlock subscriber deliveries\n");
  return addServerFlags(command).action(async (flags: ServerFlags & { limit: string }) => {
    const client = await openServerClient(flags);
    const answer = await client.request("GET", `/deliveries?limit=${encodeURIComponent(flags.limit)}`);
    const list = deliveryListSchema.parse(answer);
    process.stdout.write(`${flags.json ? JSON.stringify(list) : renderDeliveries(list)}\n`);
  });
}
