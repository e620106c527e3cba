import { soundBaseline, type Attack } from "./generate.ts";

const tenMegabytes = 10 * 1_024 ** 2;
const most = 5_000;

function repeated(line: string, bytes: number): string {
  return line.repeat(Math.ceil(bytes / line.length));
}

function numbered(count: number, line: (number: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

function underSoundStatements(kind: string, sql: { baseline?: string; migration: string }): Attack {
  const statements = [
    { name: "list", sql: "select id, name from things where id = $1" },
    { name: "add", sql: "insert into things (id, name) values ($1, $2)" },
  ];
  const workload: Attack["workload"] = {
    format: "interlock-workload/1",
    app: "shop",
    version: "1.0.0",
    statements,
  };
  return { kind, baseline: soundBaseline, workload, ...sql };
}

const manyTables = numbered(
  most,
  (number) => `create table t_${String(number)} (id int primary key, note text);`,
);

/** Input of 10 MB, and of 5,000 statements: too costly for every change. */
export const largeAttacks: readonly Attack[] = [
  underSoundStatements("a constant of 10 MB", {
    migration: `insert into things values (1, '${"x".repeat(tenMegabytes)}')`,
  }),
  underSoundStatements("comments of 10 MB", {
    migration: `${repeated("-- nothing at all\n", tenMegabytes)}alter table things add column extra int;`,
  }),
  underSoundStatements("statements of 10 MB", {
    migration: repeated("insert into things values (1, 'x') on conflict do nothing;\n", tenMegabytes),
  }),
  underSoundStatements("one statement of 10 MB", {
    migration: `select ${repeated("1 + ", tenMegabytes)}1`,
  }),
  underSoundStatements("noise of 10 MB", { migration: repeated("\u0001 $ { ;; ' \" /* ", tenMegabytes) }),
  underSoundStatements("5,000 statements", { migration: manyTables }),
  underSoundStatements("a baseline of 5,000 tables", {
    baseline: `${soundBaseline}\n${manyTables}`,
    migration: "alter table things add column extra int;",
  }),
  {
    ...underSoundStatements("a workload of 5,000 statements", {
      migration: "alter table things add column extra int;",
    }),
    workload: {
      format: "interlock-workload/1",
      app: "shop",
      version: "1.0.0",
      statements: Array.from({ length: most }, (_, index) => ({
        name: `list-${String(index)}`,
        sql: `select id, name, ${String(index)} as number from things where id = $1`,
      })),
    },
  },
];
