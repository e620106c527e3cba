import { z } from "zod";
import { lockModes } from "../database/lock-mode.ts";

const relation = z.object({ schema: z.string(), name: z.string() });

const common = {
  /** Unique in the plan and the same in every run: `expand-1`. */
  id: z.string(),
  /** What it does, for people: "add column payments.status text". */
  title: z.string(),
  /** The tables that it locks, in the order in which it does. */
  relations: z.array(relation),
  /** The strongest lock that it takes on them. */
  lock: z.enum(lockModes),
  /** Statements, run in one transaction, that take it back; null when nothing can. */
  undo: z.array(z.string()).nullable(),
};

/** A constraint whose rows are read one by one before its step is undone, under a lock that keeps nobody out. */
const undoProofSchema = z.object({
  table: relation,
  /** Its name. */
  constraint: z.string(),
  /** Makes it without reading a row. */
  add: z.string(),
  validate: z.string(),
});

/** Statements that run in one transaction, under the lock budget, together with their journal row. */
const ddlStep = z.object({
  ...common,
  kind: z.literal("ddl"),
  statements: z.array(z.string()),
  /** What is proved before the undo, each in transactions of its own, so that the undo itself reads no table. */
  undoProofs: z.array(undoProofSchema).optional(),
});

/**
 * A statement that reads the whole table under a lock that stops nobody's reads or writes, such as
 * VALIDATE CONSTRAINT: a transaction of its own, with the lock budget for getting the lock only.
 */
const validateStep = z.object({ ...common, kind: z.literal("validate"), statement: z.string() });

/** CREATE [UNIQUE] INDEX CONCURRENTLY, or DROP INDEX CONCURRENTLY: outside a transaction. */
const indexStep = z.object({
  ...common,
  kind: z.literal("index"),
  statement: z.string(),
  /** The index, so that an invalid one that a failed try left is dropped before the next try. */
  index: relation,
});

/** Sets columns of every row that `where` holds for, in batches by key, with the sync's triggers told to stand aside. */
const backfillStep = z.object({
  ...common,
  kind: z.literal("backfill"),
  relation,
  /** The primary key's columns in order; empty when the table has none (then batches go by physical place). */
  key: z.array(z.string()).readonly(),
  set: z.array(z.object({ column: z.string(), expression: z.string() })),
  /** SQL over the row, columns by their bare names; null for every row. */
  where: z.string().nullable(),
  /** The table's own triggers do not see it: the migration alone would write no row there, so nothing fires. */
  silent: z.boolean().optional(),
  /**
   * Whether a row that is set twice may become another one than a row that is set once, such as with
   * `amount = amount * 100`. Where it is absent: in the contract phase and without a condition it may.
   */
  once: z.boolean().optional(),
});

/**
 * Copies rows of a relation into another one, in batches by the source's key, with the sync's triggers told to
 * stand aside. A row that the target has already is left alone, or set where it differs (`update`).
 */
const copyStep = z.object({
  ...common,
  kind: z.literal("copy"),
  /** Where the rows come from, and its key as in a backfill. */
  relation,
  key: z.array(z.string()).readonly(),
  target: relation,
  /** Of the target, each with SQL over the source's row. */
  columns: z.array(z.object({ column: z.string(), expression: z.string() })),
  /** The columns among them that tell which row of the target it is. */
  match: z.array(z.string()),
  /** Whether a unique index of the target has exactly those. */
  matchIsUnique: z.boolean(),
  how: z.enum(["insert", "update"]),
  /** Whether an identity column of the target is given its values. */
  overriding: z.boolean(),
  /** SQL over the source's row; null for every row. */
  where: z.string().nullable(),
});

/** A statement about every row that must hold before the next step: counted, never assumed. */
const verifyStep = z.object({
  ...common,
  kind: z.literal("verify"),
  relation,
  /** SQL over the row, columns by their bare names: true where the row offends. */
  violation: z.string(),
  /** What it means when there are offending rows, and what to do. */
  message: z.string(),
});

export const stepSchema = z.discriminatedUnion("kind", [
  ddlStep,
  validateStep,
  indexStep,
  backfillStep,
  copyStep,
  verifyStep,
]);

/** A table, or a column of it, whose name contract takes away. */
const goneSchema = z.object({ table: relation, column: z.string().nullable() });

/** A statement of an old version that the contracted schema refuses. */
const retiredSchema = z.object({
  version: z.string(),
  statement: z.string(),
  sql: z.string(),
  sqlstate: z.string(),
});

/** What is lost, and when: said before the change starts. */
const lossSchema = z.object({
  /** `rollback`: when the change is taken back before contract; `contract`: when the migration itself does it. */
  when: z.enum(["rollback", "contract"]),
  /**
   * `stays`: a rollback leaves it behind. `refused`: rows that may be written keep a rollback from coming to its
   * end. `goes`: what is written there goes with a rollback. `removed`: contract removes it, as the migration says.
   */
  kind: z.enum(["stays", "refused", "goes", "removed"]),
  /** In one sentence, for people. */
  what: z.string(),
  /** Null where it is about something else than a table. */
  table: relation.nullable(),
  column: z.string().nullable(),
  /** SQL over the table's row, true where that row is one of those; null where they can't be told apart. */
  rows: z.string().nullable(),
});

/**
 * An object of the schema by its name, with its definition in PostgreSQL's words before the change and where both
 * versions work; null where it is not there.
 */
const objectSchema = z.object({ before: z.string().nullable(), ready: z.string().nullable() });

export const phaseNames = ["expand", "migrate", "contract"] as const;

/** A change as phases: format `interlock-plan/1`. */
export const planSchema = z.object({
  format: z.literal("interlock-plan/1"),
  /** The same for the same files on the same baseline: what the journal knows the change by. */
  id: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  /**
   * The major version of the server that it was proved on, and so the only one that it is for; absent where whoever
   * wrote it answers for every version.
   */
  postgres: z.number().int().optional(),
  /** App versions that must work until the contract phase, and those that must work from the end of migrate on. */
  old: z.array(z.string()),
  new: z.array(z.string()),
  phases: z.object({
    expand: z.array(stepSchema),
    migrate: z.array(stepSchema),
    contract: z.array(stepSchema),
  }),
  /** What to know before it starts: what can't be rolled back, what was assumed. */
  notes: z.array(z.string()),
  losses: z.array(lossSchema).default([]),
  /** Versions that must connect with a search path of their own from the end of migrate on, until contract is done. */
  searchPaths: z.array(z.object({ versions: z.array(z.string()), path: z.array(z.string()) })).optional(),
  /** By what the running statements are judged before contract; not there in plans of before. */
  evidence: z
    .object({
      gone: z.array(goneSchema),
      retired: z.array(retiredSchema),
      /** Statements that name something of that and work in spite of it. */
      kept: z.array(z.string()),
    })
    .optional(),
  /** The tables of the steps with all that is on them, and what else the steps make different; by it a database is known. */
  structure: z.record(z.string(), objectSchema).optional(),
});

export type Plan = z.infer<typeof planSchema>;
export type Step = z.infer<typeof stepSchema>;
export type UndoProof = z.infer<typeof undoProofSchema>;
export type DdlStep = z.infer<typeof ddlStep>;
export type ValidateStep = z.infer<typeof validateStep>;
export type IndexStep = z.infer<typeof indexStep>;
export type BackfillStep = z.infer<typeof backfillStep>;
export type CopyStep = z.infer<typeof copyStep>;
/** A step that goes through a table in batches. */
export type BatchedStep = BackfillStep | CopyStep;
export type VerifyStep = z.infer<typeof verifyStep>;
export type Gone = z.infer<typeof goneSchema>;
export type Retired = z.infer<typeof retiredSchema>;
export type Structure = NonNullable<Plan["structure"]>;
export type SearchPath = NonNullable<Plan["searchPaths"]>[number];
export type Loss = z.infer<typeof lossSchema>;
export type PhaseName = (typeof phaseNames)[number];
export type Relation = z.infer<typeof relation>;
