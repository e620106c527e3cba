import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take ten seconds and more, the longest first, so that none of them is left alone at the end. */
const long = [
  "e2e/replay.test.ts",
  "packages/interlock/src/plan/cases/cases.test.ts",
  "packages/interlock/src/cli/serve.test.ts",
  "packages/interlock/src/shipment/kill-server.test.ts",
  "e2e/statuspage/browser.test.ts",
  "e2e/start.test.ts",
  "packages/interlock/src/control/plan-control.test.ts",
  "e2e/money.test.ts",
  "packages/interlock/src/plan/plan-change.test.ts",
  "packages/payments/src/changes/judge.test.ts",
  "packages/interlock/src/rehearsal/cases/cases.test.ts",
  "packages/payments/src/page/accessibility.browser.test.ts",
  "packages/payments/src/exercise/exercise.test.ts",
  "packages/interlock/src/plan/operation-pages.test.ts",
  "e2e/package.test.ts",
  "e2e/gate.test.ts",
  "packages/payments/src/page/paying.browser.test.ts",
  "packages/interlock/src/gate/model.test.ts",
  "e2e/histories.test.ts",
  "e2e/detection.test.ts",
  "packages/payments/src/page/challenge.browser.test.ts",
  "packages/interlock/src/gate/read-facts.test.ts",
  "e2e/api-fuzz.test.ts",
  "e2e/ship-command.test.ts",
  "e2e/notify.test.ts",
  "e2e/kill-executor.test.ts",
  "e2e/fleet.test.ts",
  "packages/interlock/src/shadow/shadow.test.ts",
  "packages/interlock/src/notify/tell-by-mail.test.ts",
  "packages/payments/src/worker/jobs/pay-instalments.test.ts",
  "packages/interlock/src/shipment/fleet.test.ts",
  "packages/interlock/src/evidence/rehearsal-worker.test.ts",
  "e2e/failover.test.ts",
  "packages/interlock/src/notify/tell-by-hook.test.ts",
];

/** Begins with the files that take longest; in a fresh clone nothing else says which they are. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the method of a sequencer, not of an array
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const at = long.indexOf(relative(this.ctx.config.root, moduleId));
      return at === -1 ? long.length : at;
    };
    return sorted.toSorted((left, right) => place(left) - place(right));
  }
}
