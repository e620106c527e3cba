import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { differs } from "../differs.ts";
import { printExpression } from "../expression.ts";
import { updateParent } from "./child-function.ts";
import type { Move } from "./move.ts";
import { itemsOf } from "./over-table.ts";
import { andFirst, anyDiffers, quoted, rowsOf } from "./row-of.ts";
import { guarded, standingAside } from "./standing-aside.ts";

/** App versions that are live only before the change, and only after it. */
export interface Versions {
  oldVersions: readonly string[];
  newVersions: readonly string[];
}

const ofNew = { row: "new", from: "parent" } as const;

/** The body of the trigger's function that carries writes of the parent into the child. */
export function parentBody(move: Move, { newVersions, oldVersions }: Versions): string {
  const { parent, key, present, old } = move;
  const child = quoted(move.child);
  const belongs = (row: "new" | "old"): string =>
    rowsOf(move, { of: "child", as: child, row, from: "parent" });
  const row = `(select new.*) as ${quoteIdentifier(parent.name)}`;
  const write = `
    if exists (select from ${child} where ${belongs("new")}) then
${updateChild(move, row)}
    else
${insertChild(move, row)}
    end if;`;
  const again = move.childIsUnique ? "" : `\n${updateParent(move, ofNew)}`;
  // A version that knows both tables has the foreign keys between them to heed.
  return standingAside(
    `
  if tg_op = 'TRUNCATE' then
    delete from ${child};
    exit work;
  elsif tg_op = 'DELETE' then
    if not ${isOneOf(old === "parent" ? newVersions : oldVersions)} then
      delete from ${child} where ${belongs("old")};
    end if;
    exit work;
  elsif tg_op = 'UPDATE' then
    if ${anyDiffers(
      key.map((pair) => ({ column: pair.parent, type: pair.type })),
      { left: "new", right: "old" },
    )} then
      update ${child} set ${key.map((pair) => `${quoteIdentifier(pair.child)} = new.${quoteIdentifier(pair.parent)}`).join(", ")} where ${belongs("old")};
    end if;
  end if;${old === "parent" ? leftToNew(move, { newVersions, oldVersions }) : ""}
  if ${present === undefined ? "true" : `(select (${printExpression(present)}) is true from ${row})`} then${old === "parent" ? guarded(write) : write}
  elsif tg_op = 'UPDATE' then
    delete from ${child} where ${belongs("new")}${andFirst(move, ofNew)};${again}
  end if;`,
  );
}

/**
 * The new version makes rows of the child itself: an insert is carried over where the old version is known to be its
 * author, or where a column that goes away was given a value.
 */
function leftToNew({ toParent }: Move, { newVersions, oldVersions }: Versions): string {
  const given = toParent.map(({ column, type, default: own }) =>
    differs(`new.${quoteIdentifier(column)}`, own ?? "null", type),
  );
  const same = `not (${anyDiffers(toParent, { left: "new", right: "old" })})`;
  return `
  if tg_op = 'INSERT' then
    if ${isOneOf(newVersions)} or not (${[isOneOf(oldVersions), ...given].join(" or ")}) then
      exit work;
    end if;
  elsif ${isOneOf(newVersions)}${toParent.length === 0 ? "" : ` and ${same}`} then
    exit work;
  end if;`;
}

/** SQL: whether the session is one of some app versions. */
function isOneOf(versions: readonly string[]): string {
  if (versions.length === 0) return "false";
  return `(current_setting('application_name') in (${versions.map(quoteLiteral).join(", ")}))`;
}

function updateChild(move: Move, row: string): string {
  const { key, toChild } = move;
  const child = quoted(move.child);
  const set = toChild.filter(({ column }) => !key.some((pair) => pair.child === column));
  if (set.length === 0) return "      null;";
  const assignments = set.map(
    ({ column }) => `${quoteIdentifier(column)} = interlock_given.${quoteIdentifier(column)}`,
  );
  return `      update ${child} set ${assignments.join(", ")}
        from (select ${itemsOf(set)} from ${row}) as interlock_given
       where ${rowsOf(move, { of: "child", as: child, ...ofNew })}${andFirst(move, ofNew)}
         and (${anyDiffers(set, { left: child, right: "interlock_given" })});`;
}

function insertChild({ child, key, toChild, childIsUnique, overriding }: Move, row: string): string {
  const names = toChild.map(({ column }) => quoteIdentifier(column));
  const others = toChild.filter(({ column }) => !key.some((pair) => pair.child === column));
  const set = others.map(({ column }) => `${quoteIdentifier(column)} = excluded.${quoteIdentifier(column)}`);
  const conflict = childIsUnique
    ? ` on conflict (${key.map((pair) => quoteIdentifier(pair.child)).join(", ")}) do ${set.length === 0 ? "nothing" : `update set ${set.join(", ")}`}`
    : "";
  return `      insert into ${quoted(child)} (${names.join(", ")})${overriding ? " overriding system value" : ""}
        select ${itemsOf(toChild)} from ${row}${conflict};`;
}
