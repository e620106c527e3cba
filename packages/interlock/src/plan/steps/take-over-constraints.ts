import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { parseStatements } from "../../sql/parse.ts";
import { deparseSync } from "pgsql-deparser";
import { ddl, relationKey, type Draft } from "../draft.ts";
import type { Replacement, TableChange } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";
import { fields } from "../expression.ts";

/** CHECKs and foreign keys of a column, made once more on the one that replaces it, under names of ours. */
export function takeOverConstraints(change: TableChange, replacement: Replacement): Draft[] {
  const { relation, before, after } = change;
  const { column, hidden, order } = replacement;
  const table = quoteQualified(relation.schema, relation.name);
  const kept = before.constraints.filter(
    ({ kind, columns, name }) =>
      (kind === "check" || kind === "foreign") &&
      columns.includes(column) &&
      after?.constraints.some((each) => each.name === name) === true,
  );
  return kept.flatMap((constraint): Draft[] => {
    const name = quoteIdentifier(temporaryName("constraint", relation, constraint.name));
    const definition = redefineConstraint(constraint.definition, { column, hidden });
    const referenced =
      constraint.referenced === null
        ? []
        : [{ schema: constraint.referenced.schema, name: constraint.referenced.name }];
    const title = `${shownName(relation)}: ${displayName(constraint.name)} on the column of the new type`;
    return [
      {
        phase: "contract",
        slot: "constraint",
        order,
        ...(constraint.kind === "foreign" ? {} : { merge: `constraints ${relationKey(relation)}` }),
        step: ddl({
          title,
          relations: [relation, ...referenced],
          lock: constraint.kind === "foreign" ? "ShareRowExclusiveLock" : "AccessExclusiveLock",
          statements: [`alter table ${table} add constraint ${name} ${definition} not valid`],
          undo: [`alter table ${table} drop constraint if exists ${name}`],
        }),
      },
      {
        phase: "contract",
        slot: "validate",
        order,
        step: {
          kind: "validate",
          title: `${title}: read every row once`,
          relations: [relation, ...referenced],
          lock: "ShareUpdateExclusiveLock",
          undo: null,
          statement: `alter table ${table} validate constraint ${name}`,
        },
      },
    ];
  });
}

function redefineConstraint(definition: string, names: { column: string; hidden: string }): string {
  const start = "alter table t add constraint c ";
  const [statement] = parseStatements(start + definition.replace(/ NOT VALID$/, ""), definition);
  if (statement === undefined) throw new Error(`no constraint definition: ${definition}`);
  const text = deparseSync(renameIn(statement.node, names) as typeof statement.node, { pretty: false });
  return text.replace(/;\s*$/, "").replace(/^.*? CONSTRAINT c /is, "");
}

function renameIn(tree: unknown, names: { column: string; hidden: string }): unknown {
  if (Array.isArray(tree)) return tree.map((item) => renameIn(item, names));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      if (key === "ColumnRef" || key === "fk_attrs") return [key, swapName(value, names)];
      return [key, renameIn(value, names)];
    }),
  );
}

function swapName(tree: unknown, { column, hidden }: { column: string; hidden: string }): unknown {
  if (Array.isArray(tree)) return tree.map((item) => swapName(item, { column, hidden }));
  const text = fields(fields(tree)["String"])["sval"];
  if (text !== undefined) return text === column ? { String: { sval: hidden } } : tree;
  const parts = fields(tree)["fields"];
  return parts === undefined ? tree : { fields: swapName(parts, { column, hidden }) };
}
