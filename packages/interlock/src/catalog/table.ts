/** A table as a plan sees it. Names are as in the catalog, unquoted. */
export interface Table {
  schema: string;
  name: string;
  /** `partitioned` for a parent of partitions, `partition` for one of them. */
  kind: "plain" | "partitioned" | "partition";
  columns: Column[];
  /** The primary key's columns in its order; empty where there is none. */
  primaryKey: string[];
  constraints: Constraint[];
  indexes: Index[];
  /** Its partitions, of a partitioned table. */
  partitions: { schema: string; name: string }[];
  /** Names of the user's triggers. */
  triggers: string[];
  /** Whether other tables inherit from it that are no partitions: triggers do not reach them. */
  hasHeirs: boolean;
  /** Whether one of the triggers fires for an update of whatever column, in a session like any other. */
  firesOnUpdate: boolean;
  /** Extended statistics of its columns: as PostgreSQL prints them, and what else is set of them. */
  statistics: {
    schema: string;
    name: string;
    columns: string[];
    definition: string;
    target: number | null;
    comment: string | null;
  }[];
  /** Views and materialised views that read the table, qualified, with the columns of it that they read. */
  views: { name: string; columns: string[] }[];
  /** The planner's estimate; -1 where the table was never analysed. */
  rowEstimate: number;
}

export interface Column {
  name: string;
  /** As `format_type` prints it: "character varying(50)". */
  type: string;
  notNull: boolean;
  /** The default's or the generation's expression. */
  default: string | null;
  /** Whether evaluating the default twice can give two values. */
  defaultIsVolatile: boolean;
  generated: "stored" | "virtual" | null;
  identity: "always" | "by default" | null;
  collation: string | null;
  comment: string | null;
  /** Rights to this column alone. Who is null is everybody. */
  grants: { who: string | null; right: string; grantable: boolean }[];
  statisticsTarget: number | null;
  /** Where it differs from what is usual for its type. */
  storage: "plain" | "external" | "extended" | "main" | null;
  compression: "pglz" | "lz4" | null;
  /** As `n_distinct=5`. */
  options: string[];
  /** Sequences that go with the column (serial, identity). */
  ownedSequences: OwnedSequence[];
}

/** How it counts is text, since a bigint fits no JavaScript number. */
export interface OwnedSequence {
  schema: string;
  name: string;
  type: string;
  start: string;
  increment: string;
  least: string;
  most: string;
  cache: string;
  cycles: boolean;
}

export interface Constraint {
  name: string;
  kind: "primary" | "unique" | "check" | "foreign" | "exclusion" | "not-null";
  columns: string[];
  /** As `pg_get_constraintdef` prints it. */
  definition: string;
  validated: boolean;
  /** Whether PostgreSQL made it for one on the partitioned table above, or for a partition of the table it points to. */
  inherited: boolean;
  comment: string | null;
  /** Of a foreign key: the table it points to. */
  referenced: { schema: string; name: string; columns: string[] } | null;
}

export interface Index {
  name: string;
  unique: boolean;
  valid: boolean;
  /** Plain columns in the index's order; expressions are left out. */
  columns: string[];
  /** Every column it reads: keys, INCLUDE, expressions and predicate. */
  reads: string[];
  /** As `pg_get_indexdef` prints it. */
  definition: string;
  /** The constraint that owns it. */
  constraint: string | null;
  /** The index of the partitioned table that it is a part of. */
  partOf: { schema: string; name: string } | null;
  comment: string | null;
}
