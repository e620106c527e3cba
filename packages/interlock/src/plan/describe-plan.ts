import { createHash } from "node:crypto";
import type { Migration } from "../migration/migration.ts";
import { appVersion } from "../workload/workload.ts";
import type { Analysis } from "./analyse.ts";
import type { Assembled } from "./assemble.ts";
import type { ChangeModel } from "./model.ts";
import type { Plan, Structure } from "./plan.ts";
import { planEvidence } from "./plan-evidence.ts";
import type { StatesProof } from "./prove.ts";

/** The plan as a value, with what its user must know. */
export function asPlan(options: {
  model: ChangeModel;
  assembled: Assembled;
  analysis: Analysis;
  files: readonly Migration[];
  proof: StatesProof;
  emptied: readonly string[];
  postgres: number;
  structure: Structure;
}): Plan {
  const { model, assembled, analysis, files, proof, emptied, postgres, structure } = options;
  const hash = createHash("sha256");
  for (const { text } of files) hash.update(text).update("\0");
  hash.update(JSON.stringify([...analysis.catalogBefore]));
  const versions = [model.old, model.new].map((each) => each.join(", "));
  return {
    format: "interlock-plan/1",
    id: hash.digest("hex").slice(0, 16),
    files: files.map(({ path, text }) => ({
      path,
      sha256: createHash("sha256").update(text).digest("hex"),
    })),
    postgres,
    old: model.old,
    new: model.new,
    phases: assembled.phases,
    notes: [
      ...assembled.notes,
      ...(versions[0] === ""
        ? ["No workload of an old version was given: nothing was proved about what runs now."]
        : []),
      ...(versions[1] === ""
        ? ["No workload of the new version was given: nothing was proved about it."]
        : []),
      ...[...new Set([...emptied, ...proof.emptied])].map(
        (table) => `Proved without rows in ${table}: generated rows do not fit the new constraints.`,
      ),
      ...[...proof.rehearsal.notFilled].map(
        ([table, reason]) => `Proved without rows in ${table}: ${reason}.`,
      ),
      ...brokenAtHome(proof),
    ],
    losses: assembled.losses,
    ...(assembled.searchPaths.length === 0 ? {} : { searchPaths: assembled.searchPaths }),
    evidence: planEvidence(model, proof),
    structure,
  };
}

/** Statements that take part but were never executed, and why. */
export function notExercised({ rehearsal }: StatesProof): string[] {
  return rehearsal.workloads.flatMap(({ workload, statements }) =>
    statements.flatMap(({ home: { statement, broken, notExercised: reason } }) =>
      broken !== undefined || reason === undefined
        ? []
        : [`${appVersion(workload)}#${statement.name}: ${reason}`],
    ),
  );
}

function brokenAtHome({ rehearsal }: StatesProof): string[] {
  return rehearsal.workloads.flatMap(({ workload, statements }) =>
    statements.flatMap(({ home: { statement, broken } }) =>
      broken === undefined
        ? []
        : [
            `${appVersion(workload)}#${statement.name} takes no part: it fails where it belongs (${broken.sqlstate} ${broken.message}).`,
          ],
    ),
  );
}
