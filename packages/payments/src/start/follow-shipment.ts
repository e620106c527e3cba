import { setTimeout as sleep } from "node:timers/promises";
import type { InterlockServer } from "./interlock-server.ts";
import { bar, count, seconds, type Screen } from "./screen.ts";

/** A shipment as the server tells of it; see its OpenAPI document. */
interface Shipment {
  shipment: string;
  state: "running" | "waiting" | "stopped" | "ready" | "done" | "rolling-back" | "rolled-back";
  reasons: { message: string; next: string }[];
  phases: Record<Phase, { step: string }[]>;
  databases: {
    phase: Phase | null;
    progress: {
      step: string | null;
      title: string | null;
      rowsSeen: number | null;
      rowsFilled: number | null;
      rowsTotal: number | null;
      rowsPerSecond: number | null;
    } | null;
    failure: { message: string; why?: string } | null;
  }[];
}
type Phase = "expand" | "migrate" | "contract";

const lookEveryMs = 200;

/** Draws a shipment until it is `ready` or `done`, a line for each phase. Throws where it stops. */
export async function followShipment({
  server,
  screen,
  shipment,
  until,
  behind,
  signal,
}: {
  server: InterlockServer;
  screen: Screen;
  shipment: string;
  until: "ready" | "done";
  /** The phase that was at its end before; null where nothing was shipped yet. */
  behind: Phase | null;
  signal: AbortSignal;
}): Promise<void> {
  let phase: Phase | null = behind;
  let phaseAt = performance.now();
  let filled = 0;
  const ended = (steps: number): void => {
    if (phase === null) return;
    if (phase === behind) {
      screen.line(`  waited     ${seconds(performance.now() - phaseAt)} until the old version was gone`);
      return;
    }
    const what =
      filled > 0 ? `${count(filled)} rows filled` : `${String(steps)} ${steps === 1 ? "step" : "steps"}`;
    screen.line(draw(phase, 1, `${what.padEnd(36)} ${seconds(performance.now() - phaseAt).padStart(6)}`));
  };
  for (;;) {
    const now = (await server.read(`/shipments/${shipment}`)) as Shipment;
    const [database] = now.databases;
    const [reason] = now.reasons;
    if (now.state === "stopped") {
      const failure = database?.failure;
      throw new Error([failure?.message, failure?.why, reason?.message].filter(Boolean).join("\n"));
    }
    const begun = database?.phase ?? null;
    if (begun !== phase) {
      if (phase !== null) ended(now.phases[phase].length);
      [phase, phaseAt, filled] = [begun, performance.now(), 0];
    }
    if (now.state === until) {
      if (phase !== null) ended(now.phases[phase].length);
      return;
    }
    if (now.state === "waiting") screen.passing(`  waits      ${reason?.message ?? ""}`);
    else if (phase !== null && database !== undefined) {
      const progress = database.progress;
      filled = Math.max(filled, progress?.rowsFilled ?? 0);
      const steps = now.phases[phase];
      const at = steps.findIndex(({ step }) => step === progress?.step);
      const rows =
        progress === null || progress.rowsSeen === null
          ? (progress?.title ?? "")
          : `${count(progress.rowsSeen)} of about ${count(progress.rowsTotal ?? progress.rowsSeen)} rows, ${count(Math.round(progress.rowsPerSecond ?? 0))} rows/s`;
      screen.passing(draw(phase, Math.max(0, at) / Math.max(1, steps.length), rows));
    }
    await sleep(lookEveryMs, undefined, { signal });
  }
}

function draw(phase: Phase, share: number, text: string): string {
  return `  ${phase.padEnd(10)} ${bar(share)}  ${text}`;
}
