import { cpus, totalmem } from "node:os";

/** What a figure was measured on: enough to compare runs, nothing that tells whose machine it is. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  node: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
