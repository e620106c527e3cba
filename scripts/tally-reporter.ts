import type { Reporter, TestModule } from "vitest/node";

/** Closes a test run with one plain line, the same whatever the runner's own summary looks like. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // A file that can't be loaded, or whose set-up fails, counts as one failure though no test of it ran.
    const broken = modules.filter(
      (module) =>
        module.state() === "failed" &&
        [...module.children.allTests()].every((test) => test.result().state !== "failed"),
    ).length;
    const skipped = count("skipped");
    process.stdout.write(
      `\n${String(count("passed"))} passed, ${String(count("failed") + broken)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ""}\n`,
    );
  }
}
