import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const tables = 30;

/** Writes a directory of migrations and a workload that fits all of its states. Returns where they are. */
export async function writeHistory(
  root: string,
  { migrations, statements }: { migrations: number; statements: number },
): Promise<{ directory: string; workloads: string; workload: string }> {
  const directory = join(root, `db-${String(migrations)}`);
  const workloads = join(root, `seen-${String(migrations)}`);
  const workload = join(workloads, "shop@1.json");
  for (const folder of [directory, workloads]) await mkdir(folder);
  for (let number = 1; number <= migrations; number += 1) {
    const text = number === 1 ? firstMigration() : laterMigration(number);
    await writeFile(join(directory, `${String(number).padStart(4, "0")}_m.sql`), text);
  }
  const all = Array.from({ length: statements }, (_, at) => ({
    name: `statement-${String(at)}`,
    sql: statementAt(at),
  }));
  const content = { format: "interlock-workload/1", app: "shop", version: "1", statements: all };
  await writeFile(workload, JSON.stringify(content));
  return { directory, workloads, workload };
}

function firstMigration(): string {
  return Array.from({ length: tables }, (_, table) => {
    const parent = table === 0 ? "" : `, parent_id bigint references t${String(Math.floor((table - 1) / 2))}`;
    return `create table t${String(table)} (id bigint generated always as identity primary key${parent},
      name text not null, amount integer not null check (amount > 0), note varchar(40), made_at timestamptz not null default now());`;
  }).join("\n");
}

/** What a team does from week to week; nothing that the workload would not survive. */
function laterMigration(number: number): string {
  const table = `t${String(number % tables)}`;
  const kinds = [
    `alter table ${table} add column c${String(number)} text;`,
    `create index on ${table} (made_at, amount);`,
    `alter table ${table} add column c${String(number)} integer not null default 0;`,
    `create table extra${String(number)} (id bigint primary key, of_id bigint references ${table});`,
    `alter table ${table} alter column note type varchar(${String(40 + number)});`,
  ];
  return kinds[number % kinds.length] ?? "";
}

function statementAt(at: number): string {
  const table = `t${String(at % tables)}`;
  const mark = `/* ${String(at)} */`;
  const kinds = [
    `select id, name, amount ${mark} from ${table} where id = $1`,
    `insert ${mark} into ${table} (name, amount, note) values ($1, $2, $3) returning id`,
    `update ${table} ${mark} set amount = $2 where id = $1`,
    `select count(*), sum(amount) ${mark} from ${table} where made_at < $1 and name like $2`,
    `delete ${mark} from ${table} where id = $1 and amount < $2`,
  ];
  return kinds[Math.floor(at / tables) % kinds.length] ?? "";
}
