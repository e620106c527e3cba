import * as fc from "fast-check";

const nat = fc.nat({ max: 999 });

export const columnKinds = [
  "integer",
  "bigint",
  "text",
  "character varying(20)",
  "boolean",
  "numeric(10,2)",
  "timestamp with time zone",
  "uuid",
  "jsonb",
  "mood",
  "integer[]",
  "text[]",
  "word",
  "pair",
] as const;

export const columnExtras = [
  "",
  "",
  "",
  "unique",
  "check",
  "index",
  "partial-index",
  "expression-index",
] as const;

export const operationNames = [
  "rename",
  "widen",
  "boolean-to-status",
  "word-to-enum",
  "split",
  "merge",
  "derive",
  "drop",
  "add-nullable",
  "add-constant",
  "add-volatile",
  "add-mandatory",
  "rename",
  "widen",
  "boolean-to-status",
  "word-to-enum",
  "split",
  "merge",
  "derive",
  "drop",
  "set-not-null",
  "drop-not-null",
  "set-default",
  "drop-default",
  "add-check",
  "add-unique",
  "add-foreign-key",
  "add-index",
  "add-partial-index",
  "add-unique-index",
  "drop-index",
  "drop-constraint",
  "update-rows",
  "comment",
  "create-table",
  "create-view",
  "enum-value",
] as const;

export const statementKinds = [
  "insert",
  "insert",
  "insert-many",
  "upsert-nothing",
  "upsert-update",
  "update",
  "update",
  "update-two",
  "update-where",
  "update-key",
  "delete",
  "move",
  "update-both",
  "copy",
  "merge",
  "select",
] as const;

const column = fc.record({
  kind: fc.constantFrom(...columnKinds),
  notNull: fc.boolean(),
  hasDefault: fc.boolean(),
  extra: fc.constantFrom(...columnExtras),
});

const table = fc.record({
  key: fc.constantFrom("none", "rid", "integer", "text", "uuid", "composite", "identity"),
  columns: fc.array(column, { minLength: 3, maxLength: 7, size: "max" }),
  /** Which foreign key to the table before it. */
  reference: fc.constantFrom("", "cascade", "set null", "no action"),
  trigger: fc.constantFrom("", "", "", "normalise", "audit"),
  hasView: fc.boolean(),
  generated: fc.constantFrom("", "", "", "stored"),
});

const operation = fc.record({
  name: fc.constantFrom(...operationNames),
  table: nat,
  column: nat,
  variant: nat,
});

const statement = fc.record({
  kind: fc.constantFrom(...statementKinds),
  table: nat,
  column: nat,
  other: nat,
  /** Which of the columns that may be left out are given. */
  given: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  returns: fc.boolean(),
});

const write = fc.record({ statement: nat, picks: fc.array(nat, { minLength: 6, maxLength: 6 }) });

const kill = fc.record({
  what: fc.constantFrom("executor", "executor", "executor", "postgres"),
  /** After which event of a run, and how much later. */
  event: fc.integer({ min: 1, max: 40 }),
  afterMs: fc.constantFrom(0, 0, 1, 3, 8, 20),
});

/** All that a history is made from; what does not fit together is passed over, so that every choice is a history. */
export const choices = fc.noBias(
  fc.record({
    tables: fc.array(table, { minLength: 1, maxLength: 3 }),
    rows: fc.constantFrom(0, 3, 40, 900),
    operations: fc.array(operation, { minLength: 1, maxLength: 6, size: "max" }),
    statements: fc.array(statement, { minLength: 4, maxLength: 12, size: "max" }),
    before: fc.array(write, { maxLength: 6 }),
    during: fc.array(write, { minLength: 1, maxLength: 40, size: "max" }),
    between: fc.array(fc.record({ isNew: fc.boolean(), write }), {
      minLength: 1,
      maxLength: 30,
      size: "max",
    }),
    after: fc.array(write, { maxLength: 20, size: "max" }),
    kills: fc.array(kill, { maxLength: 2 }),
    lateKills: fc.array(kill, { maxLength: 1 }),
    end: fc.constantFrom("contract", "contract", "contract", "rollback", "rollback", "rollback-early"),
  }),
);

export type Choices = typeof choices extends fc.Arbitrary<infer Value> ? Value : never;
export type TableChoice = Choices["tables"][number];
export type OperationChoice = Choices["operations"][number];
export type StatementChoice = Choices["statements"][number];
export type WriteChoice = Choices["before"][number];
export type KillChoice = Choices["kills"][number];
