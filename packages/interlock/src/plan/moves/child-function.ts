import { quoteIdentifier } from "../../sql/quote.ts";
import { differs } from "../differs.ts";
import { printExpression } from "../expression.ts";
import type { Given, Move } from "./move.ts";
import { itemsOf } from "./over-table.ts";
import { anyDiffers, inOrder, orDefault, quoted, rowsOf } from "./row-of.ts";
import { guarded, standingAside } from "./standing-aside.ts";

/** The body of the trigger's function that carries writes of the child into the parent. */
export function childBody(move: Move): string {
  const { toParent, key, old } = move;
  if (toParent.length === 0) return "begin\n  return null;\nend";
  const emptied = toParent.map((each) => `${quoteIdentifier(each.column)} = ${orDefault(each, "null")}`);
  const filled = toParent.map(({ column }) => `${quoteIdentifier(column)} is not null`);
  const body = `
  if tg_op = 'TRUNCATE' then
    update ${quoted(move.parent)} set ${emptied.join(", ")} where ${filled.join(" or ")};
    exit work;
  elsif tg_op = 'DELETE' then
${updateParent(move, { row: "old", from: "child" })}
    exit work;
  elsif tg_op = 'UPDATE' then
    if ${anyDiffers(
      key.map((pair) => ({ column: pair.child, type: pair.type })),
      { left: "new", right: "old" },
    )} then
${updateParent(move, { row: "old", from: "child" })}
    end if;
  end if;
${updateParent(move, { row: "new", from: "child" })}`;
  return standingAside(old === "child" ? guarded(body) : body);
}

/** Sets the parent's row to what the child's first row says, or to nothing where there is none. */
export function updateParent(
  move: Move,
  { row, from }: { row: "new" | "old"; from: "parent" | "child" },
): string {
  const { toParent, among } = move;
  const [parent, child] = [quoted(move.parent), quoted(move.child)];
  return `    update ${parent} set ${toParent.map((each) => `${quoteIdentifier(each.column)} = ${found(each)}`).join(", ")}
      from (select 1) as interlock_one
      left join lateral (select ${itemsOf(toParent)} from ${child}
        where ${rowsOf(move, { of: "child", as: child, row, from })}${among === undefined ? "" : ` and (${printExpression(among)})`}${inOrder(move)} limit 1) as interlock_first on true
     where ${rowsOf(move, { of: "parent", as: parent, row, from })}
       and (${toParent.map((each) => differs(`${parent}.${quoteIdentifier(each.column)}`, found(each), each.type)).join(" or ")});`;
}

function found(each: Given): string {
  return orDefault(each, `interlock_first.${quoteIdentifier(each.column)}`);
}

/** An insert into the child holds the parent's row from the start, in the order in which writers of the parent lock. */
export function lockBody(move: Move): string {
  const parent = quoted(move.parent);
  return `begin
  perform from ${parent} where ${rowsOf(move, { of: "parent", as: parent, row: "new", from: "child" })} for no key update;
  return new;
end`;
}
