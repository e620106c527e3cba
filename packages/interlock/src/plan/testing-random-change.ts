import * as fc from "fast-check";
import type { Shadow } from "../shadow/open-shadow.ts";
import { Failure } from "../std/failure.ts";
import { planTestChange, type TestChange } from "./testing-change.ts";

/** The refusals that a user can act on. */
const refusals = [
  "ambiguous-default",
  "cannot-plan",
  "mapping-missing",
  "mapping-not-valid",
  "migration-does-not-apply",
  "plan-refused",
];

interface RandomColumn {
  type: "integer" | "text" | "boolean" | "varchar(20)";
  notNull: boolean;
  byDefault: boolean;
  hangs: "nothing" | "index" | "unique" | "check" | "comment";
}

const defaults = { integer: "7", text: "'x'", boolean: "true", "varchar(20)": "'y'" };
const wider = { integer: "bigint", text: "varchar(90)", boolean: "text", "varchar(20)": "text" };

const column = fc.record<RandomColumn>({
  type: fc.constantFrom("integer", "text", "boolean", "varchar(20)"),
  notNull: fc.boolean(),
  byDefault: fc.boolean(),
  hangs: fc.constantFrom("nothing", "index", "unique", "check", "comment"),
});

const kinds = [
  "add",
  "add-volatile",
  "add-serial",
  "rename",
  "retype",
  "drop",
  "set-not-null",
  "drop-not-null",
  "set-default",
  "drop-default",
  "check",
  "index",
] as const;

/** A table, and one to four operations on its columns, as `changeOf` reads them. */
export const randomChange = fc.record({
  columns: fc.array(column, { minLength: 3, maxLength: 3 }),
  operations: fc.array(fc.record({ kind: fc.constantFrom(...kinds), at: fc.integer({ min: 0, max: 5 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

export type RandomChange = typeof randomChange extends fc.Arbitrary<infer Value> ? Value : never;

/** The schema, the migration and the statements of both versions. */
export function changeOf({ columns, operations }: RandomChange): TestChange {
  const own = columns.map((each, at) => ({ ...each, name: `c${String(at)}` }));
  const before = own.map(
    ({ name, type, notNull, byDefault }) =>
      `${name} ${type}${notNull ? " not null" : ""}${byDefault ? ` default ${defaults[type]}` : ""}`,
  );
  const hanging = own.map(({ name, hangs }) => hangingOn(name, hangs));
  let names = own.map(({ name, type }) => ({ name, type: type as keyof typeof defaults }));
  const migration = operations.flatMap(({ kind, at }, index) => {
    const fresh = `n${String(index)}`;
    if (kind === "add") return [`alter table t add column ${fresh} integer not null default 3`];
    if (kind === "add-volatile") return [`alter table t add column ${fresh} uuid default gen_random_uuid()`];
    if (kind === "add-serial") return [`alter table t add column ${fresh} serial`];
    const chosen = names[at % Math.max(names.length, 1)];
    if (chosen === undefined) return [];
    const { name, type } = chosen;
    const alter = `alter table t alter column ${name}`;
    switch (kind) {
      case "rename":
        names = names.map((each) => (each === chosen ? { ...each, name: fresh } : each));
        return [`alter table t rename column ${name} to ${fresh}`];
      case "retype":
        return [`${alter} type ${wider[type]}`];
      case "drop":
        names = names.filter((each) => each !== chosen);
        return [
          `-- interlock: down t.c${String(at % 3)} = (${defaults[type]})`,
          `alter table t drop column ${name}`,
        ];
      case "set-not-null":
        return [`update t set ${name} = ${defaults[type]} where ${name} is null`, `${alter} set not null`];
      case "drop-not-null":
        return [`${alter} drop not null`];
      case "set-default":
        return [`${alter} set default ${defaults[type]}`];
      case "drop-default":
        return [`${alter} drop default`];
      case "check":
        return [`alter table t add constraint k${String(index)} check (${name} is not null or id > 0)`];
      case "index":
        return [`create index on t (${name}, id)`];
    }
  });
  return {
    before: `create table t (id bigint primary key, ${before.join(", ")}); ${hanging.join("; ")}`,
    // A comment ends with its line.
    migration: migration.map((sql) => (sql.startsWith("--") ? sql : `${sql};`)).join("\n"),
    old: statements(own.map(({ name }) => name)),
    new: statements(names.map(({ name }) => name)),
  };
}

function statements(of: readonly string[]): string[] {
  const given = ["id", ...of];
  const values = given.map((_, at) => `$${String(at + 1)}`);
  return [
    `insert into t (${given.join(", ")}) values (${values.join(", ")})`,
    `select ${given.join(", ")} from t where id = $1`,
    ...of.slice(0, 1).map((name) => `update t set ${name} = $2 where id = $1`),
  ];
}

function hangingOn(name: string, hangs: RandomColumn["hangs"]): string {
  switch (hangs) {
    case "index":
      return `create index on t (${name})`;
    case "unique":
      return `alter table t add unique (${name}, id)`;
    case "check":
      return `alter table t add check (${name} is null or id is not null)`;
    case "comment":
      return `comment on column t.${name} is 'said'`;
    case "nothing":
      return "";
  }
}

/** "planned", or the code of a refusal that a user can act on. Throws everything else. */
export async function becomes(shadow: Shadow, change: TestChange): Promise<string> {
  try {
    await planTestChange(shadow, change);
    return "planned";
  } catch (error) {
    if (error instanceof Failure && refusals.includes(error.code)) return error.code;
    throw error;
  }
}
