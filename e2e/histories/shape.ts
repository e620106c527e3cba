/** What the generated histories know of a column: enough to write valid statements, and to judge what is left. */
export interface Column {
  name: string;
  type: string;
  notNull: boolean;
  /** SQL; undefined where there is none. */
  default: string | undefined;
  /** Whether its default differs from one evaluation to the next, so that only its being there can be compared. */
  isVolatile: boolean;
  /** Values as text that every live version may write. */
  values: readonly string[];
  /** Whether values come from a counter, since they must be unique. */
  isUnique: boolean;
  /** Whether the change updates it when the old version is gone, so that the shapes differ until then. */
  isLate: boolean;
  /** Where a null may have been filled by the change. */
  fill?: string;
  /** SQL of a generated column. */
  generated?: string;
}

/** A table in one shape, before or after the change. */
export interface Table {
  name: string;
  /** The primary key; empty where there is none. */
  key: readonly string[];
  columns: readonly Column[];
  /** Column lists that ON CONFLICT can name. */
  unique: readonly (readonly string[])[];
}

/**
 * Says that columns of the two shapes mean the same: how each new one follows from a row of the old shape, and
 * each old one from a row of the new shape (or of both).
 */
export interface Link {
  table: string;
  up: Readonly<Record<string, string>>;
  down: Readonly<Record<string, string>>;
  /** Columns of the old shape whose change means that the old version wrote it, and likewise of the new shape. */
  readsOld: readonly string[];
  readsNew: readonly string[];
}

/** What knows a row for as long as it lives; every statement gives it, none changes it. */
export const rowId = "rid";

/** Values of the types that generated columns have. */
export const pools: Readonly<Record<string, readonly string[]>> = {
  integer: ["0", "1", "2", "7", "41"],
  bigint: ["0", "3", "9000000000"],
  text: ["a", "Bc", "", "x-y", "ü'\\"],
  "character varying(20)": ["v", "Ww", "zz top"],
  boolean: ["true", "false"],
  "numeric(10,2)": ["0.00", "1.50", "12.34"],
  "timestamp with time zone": ["2024-12-17 14:08:00+00", "2024-12-17 14:37:00.5+00"],
  uuid: ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-0000000000ff"],
  jsonb: ['{"a": 1}', "[]", "null"],
  mood: ["calm", "glad", "grim"],
  "integer[]": ["{}", "{1,2}", "{NULL}"],
  "text[]": ["{}", '{a,"b c"}'],
};

/** Of a column whose text is one of three words, and of one that holds two of them. */
export const words = ["calm", "glad", "grim"];
export const pairs = ["Ann Lee", "Bo Ek", "Cy Dee"];

/** The n-th value of a column whose values are unique. */
export function uniqueValue(type: string, n: number): string {
  switch (type) {
    case "text":
    case "character varying(20)":
      return `v${String(n)}`;
    case "numeric(10,2)":
      return `${String(n)}.25`;
    case "uuid":
      return `00000000-0000-4000-9000-${n.toString(16).padStart(12, "0")}`;
    default:
      return String(n);
  }
}

export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined) throw new Error(`${table.name} has no column ${name}`);
  return column;
}
