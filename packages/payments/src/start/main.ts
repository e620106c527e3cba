import { parseArgs } from "node:util";
import { runAlone } from "./alone.ts";
import { replay, type ReplayOptions } from "./replay.ts";
import { asOnTheDay, compressed } from "./schedule.ts";
import { Screen } from "./screen.ts";

// npm start: the payment platform with live traffic, and the change of 17 December shipped through it.
//   --unprotected   the structural half directly, as on the day: the outage, its incident, its post-mortem
//   --replay        both, one after the other, the second with what was learnt from the first
//   --real-time     with the gaps of the day, 14:08 to 14:49
//   --alone         only the platform, to try out its API by hand: no traffic, no change
//   --once          ends after the figures: 0 when they are as they should be, 1 when not
//   --rate N        payments per second in the shop   --pos-rate N   at terminals
//   --payments N    payments that are there before     --quiet-seconds N   watched before the change
//   --figures FILE  the figures as JSON, too
//   --pace N        every rest in which it is watched is so many times as long: 0.5 is half of it
const screen = new Screen();

function readOptions(): ReplayOptions & { alone: boolean; payments: number } {
  const { values } = parseArgs({
    options: {
      unprotected: { type: "boolean", default: false },
      replay: { type: "boolean", default: false },
      "real-time": { type: "boolean", default: false },
      alone: { type: "boolean", default: false },
      once: { type: "boolean", default: false },
      rate: { type: "string", default: "220" },
      "pos-rate": { type: "string", default: "40" },
      payments: { type: "string", default: "200000" },
      "quiet-seconds": { type: "string", default: "10" },
      pace: { type: "string", default: "1" },
      figures: { type: "string" },
    },
  });
  const number = (name: "rate" | "pos-rate" | "payments" | "quiet-seconds"): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0)
      throw new Error(`--${name} takes a whole number, not ${values[name]}.`);
    return value;
  };
  const pace = Number(values.pace);
  if (!(pace > 0)) throw new Error(`--pace takes a number above 0, not ${values.pace}.`);
  return {
    parts: values.replay ? ["unprotected", "protected"] : [values.unprotected ? "unprotected" : "protected"],
    schedule: values["real-time"] ? asOnTheDay : compressed,
    alone: values.alone,
    once: values.once,
    figuresFile: values.figures,
    payments: number("payments"),
    ratePerSecond: number("rate"),
    posRatePerSecond: number("pos-rate"),
    quietSeconds: number("quiet-seconds"),
    pace,
    screen,
    signal: interrupt.signal,
  };
}

const interrupt = new AbortController();
process.on("SIGINT", () => interrupt.abort());
process.on("SIGTERM", () => interrupt.abort());
process.on("SIGHUP", () => interrupt.abort());

try {
  const options = readOptions();
  if (options.alone) await runAlone(options);
  process.exitCode = (await replay(options)) ? 0 : 1;
} catch (error) {
  if (interrupt.signal.aborted) screen.line("\nEverything that was started has been stopped.");
  else {
    process.stderr.write(`\n${describe(error)}\n`);
    process.exitCode = 2;
  }
}

/** An error of Interlock's says what state things are in and what to do; others say what happened. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { why, state, next } = error as { why?: string; state?: string; next?: string };
  return [error.message, why, state, next].filter((line) => line !== undefined && line !== "").join("\n");
}
