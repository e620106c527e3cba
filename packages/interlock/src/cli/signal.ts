import { Command } from "commander";
import { endSignalCommand } from "./signal/end.ts";
import { listSignalsCommand } from "./signal/list.ts";
import { sendSignalCommand } from "./signal/send.ts";
import { sourceCommand } from "./signal/source.ts";

/** `interlock signal send|list|end|source`: what says that a service is unwell. */
export function signalCommand(): Command {
  return new Command("signal")
    .description("What says that a service is unwell: probes, the watch, monitoring systems, and you.")
    .addCommand(sendSignalCommand())
    .addCommand(listSignalsCommand())
    .addCommand(endSignalCommand())
    .addCommand(sourceCommand());
}
