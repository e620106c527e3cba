import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import { applyMigration } from "../migration/apply.ts";
import { readBaseline } from "../migration/baseline/baseline-source.ts";
import type { Migration } from "../migration/migration.ts";
import { readEarlierMigrations, readMigrations } from "../migration/read.ts";
import { makeBaseline, type Baseline } from "../rehearsal/baseline.ts";
import { standInRoles } from "../rehearsal/stand-in-roles.ts";
import { majorOf } from "../shadow/major.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import { analyse } from "./analyse.ts";
import { assemble, type Assembled } from "./assemble.ts";
import { buildModel } from "./build-model.ts";
import { readMappingComments } from "./mapping-comment.ts";
import { asPlan, notExercised } from "./describe-plan.ts";
import { writesNotExercised } from "./writes-not-exercised.ts";
import { changesRows } from "./changes-rows.ts";
import { checkMappings } from "./check-mappings.ts";
import type { Plan, Structure } from "./plan.ts";
import { fitRows } from "./fit-rows.ts";
import { doesNotRun, findPlacements } from "./find-placements.ts";
import type { StatesProof } from "./prove.ts";
import { proveHistory, proveUndo } from "./prove-history.ts";
import { numberedColumns } from "./steps/numbered-column.ts";
import { StepFailed } from "./run-step.ts";
import { recordInHistory } from "./record-in-history.ts";
import type { ChangeModel } from "./model.ts";
import { writtenByTriggers } from "./written-by-triggers.ts";
import { eitherDefaults } from "./either-default.ts";
import { recognise } from "./recognise.ts";
import { readWorkloadUse } from "./workload-use.ts";

/** What a plan was proved by. */
export interface Proof {
  statements: number;
  exercised: number;
  /** States that the statements were tried in, the baseline among them. */
  states: number;
  /** Statements that do not work in a state in which they must: none, or there would be no plan. */
  broken: 0;
  /** Statements of both versions that were executed for good between the phases, to compare the rows in the end. */
  writes: number;
  postgres: string;
  tookMs: number;
  /** Statements that could be prepared in every state but not executed, and why: "payments@2.3.0#refund: …". */
  notExercised: string[];
  /** Those of them that write to what the plan touches: that they can be prepared says little. "payments@2.3.0#refund". */
  unexercisedWrites: string[];
}

export interface PlanResult {
  plan: Plan;
  proof: Proof;
}

export interface PlanOptions {
  /** Paths of the migration files or directories that are the change. */
  migrations: readonly string[];
  /** The migrations that make the schema before it, or their paths; without it, what stands before the first one. */
  baseline?: readonly (string | Migration)[];
  old: readonly Workload[];
  new: readonly Workload[];
  /** Of the major version of the server that the plan is for. */
  shadow: Shadow;
  signal?: AbortSignal;
}

/** What to plan, already read. */
export interface PlanSources {
  files: readonly Migration[];
  /** Makes the schema before the change in an empty database. */
  baseline: (client: Client) => Promise<void>;
  /** The SQL that `baseline` runs, all of it, where it is known. */
  baselineTexts?: readonly string[];
  old: readonly Workload[];
  new: readonly Workload[];
  shadow: Shadow;
  signal?: AbortSignal;
}

/**
 * Plans a change and proves the plan on the shadow. Throws `Failure` "plan-refused" with the evidence, or
 * "cannot-plan", "mapping-missing", "mapping-not-valid", "ambiguous-default", "migration-does-not-apply",
 * "migration-not-readable", "sql-does-not-parse".
 */
export async function planChange(options: PlanOptions): Promise<PlanResult> {
  const { migrations, baseline, ...rest } = options;
  const files = await readMigrations(migrations);
  const [first] = migrations;
  if (first === undefined) throw new Error("a change has at least one migration");
  const earlier =
    baseline === undefined ? await readEarlierMigrations(first) : (await readBaseline(baseline)).migrations;
  await standInRoles(rest.shadow, [...earlier, ...files]);
  return planSources({
    ...rest,
    files,
    baseline: async (client) => {
      for (const migration of earlier) await applyMigration(client, migration);
    },
    baselineTexts: earlier.map(({ text }) => text),
  });
}

/** As `planChange`, of what was read already. */
export async function planSources(sources: PlanSources): Promise<PlanResult> {
  const started = performance.now();
  const operations = recognise(sources.files);
  const comments = sources.files.flatMap(({ text, path }) => readMappingComments(text, path));
  const plain = await makeBaseline({
    shadow: sources.shadow,
    apply: sources.baseline,
    ...(sources.baselineTexts === undefined ? {} : { texts: sources.baselineTexts }),
  });
  const fitted = await fitRows(plain, sources.files);
  const { baseline } = fitted;
  try {
    const analysis = await analyse({ baseline, files: sources.files, operations });
    const oldVersions = sources.old.map(appVersion);
    const model = buildModel({
      operations,
      before: analysis.before,
      after: analysis.after,
      comments,
      effects: analysis.effects,
      objects: analysis.objects,
      enums: analysis.enums,
      old: { versions: oldVersions, use: readWorkloadUse(sources.old, analysis.before) },
      new: { versions: sources.new.map(appVersion), use: readWorkloadUse(sources.new, analysis.after) },
    });
    await checkMappings({ baseline, model, assembled: assemble(model) });
    const { assembled: placed, proof } = await findPlacements({ model, sources, baseline });
    const assembled = await recordInHistory(placed, sources.files);
    const { writes, structure } = await proveEnds({ model, assembled, proof, baseline, sources }).catch(
      (error: unknown) => {
        throw error instanceof StepFailed ? doesNotRun(error) : error;
      },
    );
    return {
      plan: asPlan({
        model,
        assembled,
        analysis,
        files: sources.files,
        proof,
        emptied: fitted.emptied,
        postgres: majorOf(sources.shadow.version),
        structure,
      }),
      proof: {
        statements: proof.statements,
        exercised: proof.exercised,
        states: proof.states,
        broken: 0,
        writes,
        postgres: sources.shadow.version,
        tookMs: Math.round(performance.now() - started),
        notExercised: notExercised(proof),
        unexercisedWrites: writesNotExercised(proof),
      },
    };
  } finally {
    await baseline.drop();
  }
}

async function proveEnds(options: {
  model: ChangeModel;
  assembled: Assembled;
  proof: StatesProof;
  baseline: Baseline;
  sources: PlanSources;
}): Promise<{ writes: number; structure: Structure }> {
  const { model, assembled, proof, baseline, sources } = options;
  const unheld = writtenByTriggers(model, assembled, [...sources.old, ...sources.new]);
  const { faults, writes } = await proveHistory({
    baseline,
    files: sources.files,
    assembled,
    rehearsal: proof.rehearsal,
    unheld,
    numbered: numberedColumns(model),
    mayFollow: !changesRows(model.operations),
    either: eitherDefaults(model, assembled),
  });
  const { faults: undone, structure } = await proveUndo({ baseline, assembled, unheld });
  const [first, ...others] = [...faults, ...undone];
  if (first === undefined) return { writes, structure };
  throw new Failure({
    code: "plan-refused",
    message: `A plan was made, but it does not do what the migration alone would: ${first}.`,
    ...(others.length === 0 ? {} : { why: others.join("\n") }),
    state: "Nothing was changed.",
    next: "Take the change apart into smaller ones, or write the part that differs in another way.",
  });
}
