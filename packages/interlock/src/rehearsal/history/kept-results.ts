import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../../shadow/directories.ts";
import { programFingerprint } from "../../std/program-fingerprint.ts";
import type { Workload } from "../../workload/workload.ts";
import type { Deploy } from "../report/judgement.ts";
import type { Stats } from "../stats/stats.ts";
import type { StepResult } from "./history-report.ts";
import type { HistoryStep } from "./history-step.ts";
import { stateKeys } from "./schema-chain.ts";

/** How many results are kept at most; the ones that were asked for longest ago go first. */
const mostKept = 4_000;

/** What results depend on besides their step. */
interface Circumstances {
  shadowVersion: string;
  deploy: Deploy;
  stats?: Stats | undefined;
}

/**
 * Results of steps, on the disk, by everything that they depend on: this program, PostgreSQL's version, the texts
 * of all migrations up to the step, and the workloads. So a run that was broken off goes on where it was, and
 * another one only rehearses what is new.
 */
export class KeptResults {
  readonly #directory = join(cacheDirectory(), "backtest");
  readonly #circumstances: string;
  readonly #workloads = new WeakMap<Workload, string>();

  constructor(circumstances: Circumstances) {
    this.#circumstances = JSON.stringify([programFingerprint(), circumstances]);
  }

  async find(step: HistoryStep): Promise<StepResult | undefined> {
    const text = await readFile(this.#file(step), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    return { ...(JSON.parse(text) as StepResult), kept: true };
  }

  async keep(step: HistoryStep, result: StepResult): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const file = this.#file(step);
    // Written beside its place and renamed: whoever reads it reads all of it.
    const staging = `${file}.${String(process.pid)}`;
    await writeFile(staging, JSON.stringify(result), { mode: 0o600 });
    await rename(staging, file);
  }

  /** Removes what is too much. */
  async tidy(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    if (names.length <= mostKept) return;
    const aged = await Promise.all(
      names.map(async (name) => {
        const file = join(this.#directory, name);
        return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
    );
    const old = aged.toSorted((left, right) => left.at - right.at).slice(0, names.length - mostKept);
    for (const { file } of old) await rm(file, { force: true });
  }

  #file({ baseline, change, old, new: coming }: HistoryStep): string {
    const before = stateKeys(baseline.map(({ text }) => text)).at(-1) ?? "";
    const files = change.map(({ path, text }) => [path, text]);
    const workloads = [old, coming].map((list) => list.map((one) => this.#keyOf(one)));
    const everything = JSON.stringify([this.#circumstances, before, files, workloads]);
    return join(this.#directory, `${createHash("sha256").update(everything).digest("hex")}.json`);
  }

  #keyOf(workload: Workload): string {
    const known = this.#workloads.get(workload);
    if (known !== undefined) return known;
    const key = createHash("sha256").update(JSON.stringify(workload)).digest("hex");
    this.#workloads.set(workload, key);
    return key;
  }
}
