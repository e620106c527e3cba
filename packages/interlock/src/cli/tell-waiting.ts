import { ProgressLine } from "./progress-line.ts";

const everyMs = 1_000;

/** Does something that takes a while, and says on the terminal what it is and for how long it has been at it. */
export async function tellWaiting<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const line = new ProgressLine(process.stderr);
  const startedAt = performance.now();
  const show = (): void => {
    const waited = Math.floor((performance.now() - startedAt) / 1_000);
    line.show(waited === 0 ? `${what} …` : `${what} … ${String(waited)} s`);
  };
  show();
  const timer = setInterval(show, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    line.clear();
  }
}
