import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeMachine } from "../bench/machine.ts";

/** Writes what a long run has found to bench/results/NAME.json, with the day and the machine. */
export async function keepResult(name: string, result: object): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const file = join(import.meta.dirname, "../bench/results", `${name}.json`);
  await writeFile(file, `${JSON.stringify({ date, machine: describeMachine(), ...result }, null, 2)}\n`);
}
