import type { Step } from "../step-effects.ts";
import type { Running } from "../../workload/running/read-running.ts";
import type { Finding } from "./finding.ts";
import type { Deploy, Order, Verdict } from "./judgement.ts";

export interface CheckedWorkload {
  app: string;
  version: string;
  role: "old" | "new";
  statements: number;
  /** Their names, in the order of the workload; reports of earlier versions don't have them. */
  names?: readonly string[];
  /** How many were executed, and for a write touched a row, in every state in which they can be prepared. */
  exercised: number;
  brokenAtBaseline: number;
  /** Whether an old version works after the change, or a new one before it; `unknown` where not all of it was shown. */
  works: "yes" | "no" | "unknown";
  /** What stops working, or what is not known; empty where it works. */
  why: readonly string[];
}

/** `app` is the app version that the workload was given to. */
export type RunningSource = Omit<Running, "workload"> & { app: string };

export interface CheckedStep extends Step {
  /** Relations that were read from end to end, to verify rows or to build an index. */
  scans: readonly string[];
  /** Statements of live versions that wait for what it locked: `payments@2.2.0#list-payments`. */
  blocks: readonly string[];
  /** What they wait for: the mode that they want (null where it is not known) and the one that the change holds; "row" for rows. */
  waits: readonly { relation: string; mode: string | null; held: string; statements: readonly string[] }[];
  /** How long it takes at the size of production; null where nothing grows with it, or the size is not known. */
  duration: { ms: number; how: string } | null;
}

/** What `interlock check` answers; the JSON format `interlock-check/1`. */
export interface CheckReport {
  format: "interlock-check/1";
  verdict: Verdict;
  /** Null where it is not known. */
  order: Order | null;
  deploy: Deploy;
  /** What makes the verdict unknown; empty otherwise. */
  reasons: readonly string[];
  files: readonly { path: string; steps: readonly CheckedStep[] }[];
  workloads: readonly CheckedWorkload[];
  findings: readonly Finding[];
  /** With `--database`: how the workload of what runs now was read, and what could not be read of it. */
  running?: RunningSource;
  /** What it was rehearsed on, and how long that took. */
  shadow: {
    version: string;
    /** Of the server that the change is meant for, where that is known. */
    targetVersion?: string;
  };
  /** What the schema before the change was made from, and how that was read; reports of earlier versions don't say. */
  baseline?: { source: "migrations" | "dump" | "database" | "nothing"; how: string };
  durationMs: number;
}
