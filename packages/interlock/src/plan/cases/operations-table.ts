/** Each row of the table of operations that the plan is to know, taken apart into what a user would call one thing. */
export const operationsTable = {
  "add column (nullable, constant default)": ["nullable column", "column with a constant default"],
  "add column NOT NULL, volatile default": [
    "mandatory column without a default",
    "column with a volatile default",
    "serial or identity column",
    "generated column",
  ],
  "rename column, change type, split, merge, boolean → status, text → enum, plain → encrypted": [
    "rename a column",
    "change a type in place",
    "change a type with every row",
    "split a column",
    "merge columns",
    "boolean → status",
    "text → enum",
    "plain → encrypted",
  ],
  "drop column": ["drop a column"],
  "rename / split / merge table, one → many": [
    "rename a table",
    "split a table",
    "merge tables",
    "one → many",
  ],
  "set NOT NULL, CHECK, foreign key": ["set NOT NULL", "CHECK", "foreign key"],
  "unique, primary key, index": ["unique", "primary key", "index", "exclusion constraint"],
  "drop default, narrow type, add or rename enum value": [
    "drop or change a default",
    "narrow a type",
    "add an enum value",
    "rename an enum value",
  ],
  "views, functions, triggers, policies, grants, partitions that depend on any of it": [
    "view",
    "materialised view",
    "function",
    "trigger",
    "policy",
    "grant",
    "partitions",
    "publication",
    "sequence",
    "comments and settings",
  ],
} as const;

export type Kind = (typeof operationsTable)[keyof typeof operationsTable][number];
