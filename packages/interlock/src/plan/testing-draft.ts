import type { Shadow } from "../shadow/open-shadow.ts";
import { makeBaseline } from "../rehearsal/baseline.ts";
import { analyse } from "./analyse.ts";
import { assemble, type Assembled } from "./assemble.ts";
import { buildModel } from "./build-model.ts";
import { readMappingComments } from "./mapping-comment.ts";
import { recognise } from "./recognise.ts";
import { migrationOf, workloadOf, type TestChange } from "./testing-change.ts";
import { readWorkloadUse } from "./workload-use.ts";

/** The steps of a change as they are drafted at first, without any proof. */
export async function draftTestChange(shadow: Shadow, change: TestChange): Promise<Assembled> {
  const file = migrationOf(change.migration);
  const operations = recognise([file]);
  const comments = readMappingComments(file.text, file.path);
  const baseline = await makeBaseline({
    shadow,
    apply: async (client) => void (await client.query(change.before)),
  });
  try {
    const analysis = await analyse({ baseline, files: [file], operations });
    return assemble(
      buildModel({
        operations,
        before: analysis.before,
        after: analysis.after,
        comments,
        effects: analysis.effects,
        old: {
          versions: ["app@1"],
          use: readWorkloadUse([workloadOf("1", change.old ?? [])], analysis.before),
        },
        new: {
          versions: ["app@2"],
          use: readWorkloadUse([workloadOf("2", change.new ?? [])], analysis.after),
        },
      }),
    );
  } finally {
    await baseline.sandbox.dropDatabase(baseline.database);
  }
}
