import type { Constraint } from "../../catalog/table.ts";
import { displayName, quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import { shownName } from "../names.ts";
import { referencedBy } from "../referenced-by.ts";
import { inStaging } from "./in-staging.ts";
import type { Rebuild } from "./rebuild.ts";
import { dropRebuildSync } from "./rebuild-function.ts";

/** The old table goes and the new one takes its name, its numbers and what points to it, in one transaction. */
export function swapDrafts(rebuild: Rebuild, model: ChangeModel): Draft[] {
  const { relation, order, staging, oldName } = rebuild;
  const change = model.tables.get(relationKey(relation));
  if (change === undefined) throw new Error("the table was there before the change");
  const table = quoteQualified(relation.schema, relation.name);
  const pointing = pointingTo(rebuild, model);
  const relations = [
    relation,
    ...pointing.map((each) => each.change.relation),
    ...referencedBy(change.before),
  ];
  return [
    {
      phase: "contract",
      slot: "final",
      order,
      step: ddl({
        title: `the new ${shownName(relation)} takes the old one's place`,
        relations: [...new Map(relations.map((each) => [relationKey(each), each])).values()],
        statements: [
          ...dropRebuildSync(rebuild),
          ...rebuild.views.map(({ sql }) => sql),
          ...(oldName === undefined ? [] : [`drop view ${quoteQualified(staging, oldName)}`]),
          ...pointing.map(
            (each) =>
              `alter table ${nameOf(each.change)} drop constraint if exists ${quoteIdentifier(each.before.name)}`,
          ),
          ...numbers(rebuild, change),
          ...inStaging(
            rebuild,
            rebuild.finish.map(({ sql }) => sql),
          ),
          `drop table ${table}`,
          moveAll(rebuild),
          `drop schema ${quoteIdentifier(staging)}`,
          ...pointing.flatMap(({ change: other, after }) =>
            after === undefined
              ? []
              : [
                  `alter table ${nameOf(other)} add constraint ${quoteIdentifier(after.name)} ${after.definition}${isUnproved(after) ? "" : " not valid"}`,
                ],
          ),
          ...rebuild.afterwards.map(({ sql }) => sql),
        ],
        undo: null,
      }),
    },
    ...pointing.flatMap(({ change: other, after }): Draft[] =>
      after === undefined || isUnproved(after)
        ? []
        : [
            {
              phase: "contract",
              slot: "validateAfter",
              order,
              step: {
                kind: "validate",
                title: `${shownName(other.relation)}: foreign key ${displayName(after.name)}: read every row once`,
                relations: [other.relation, relation],
                lock: "ShareUpdateExclusiveLock",
                undo: null,
                statement: `alter table ${nameOf(other)} validate constraint ${quoteIdentifier(after.name)}`,
              },
            },
          ],
    ),
  ];
}

interface Pointing {
  change: TableChange;
  before: Constraint;
  after: Constraint | undefined;
}

/** Foreign keys of other tables that point to the table. */
function pointingTo({ relation }: Rebuild, { tables }: ChangeModel): Pointing[] {
  return [...tables.values()].flatMap((change) =>
    sameRelation(change.relation, relation)
      ? []
      : change.before.constraints
          .filter(({ referenced }) => referenced !== null && sameRelation(referenced, relation))
          .map((before) => ({
            change,
            before,
            after: change.after?.constraints.find(({ name }) => name === before.name),
          })),
  );
}

function isUnproved({ definition }: Constraint): boolean {
  return / NOT (VALID|ENFORCED)$/.test(definition);
}

function nameOf({ relation }: TableChange): string {
  return quoteQualified(relation.schema, relation.name);
}

/** Sequences of the new table go on where those of the old one stand. */
function numbers({ relation, staging, values }: Rebuild, { before, after }: TableChange): string[] {
  const sequenceOf = (schema: string, column: string): string =>
    `pg_catalog.pg_get_serial_sequence(${quoteLiteral(quoteQualified(schema, relation.name))}, ${quoteLiteral(column)})::regclass`;
  return values.flatMap(({ column }) => {
    const [old, fresh] = [before, after].map((table) => table?.columns.find(({ name }) => name === column));
    if ((old?.ownedSequences.length ?? 0) === 0 || (fresh?.ownedSequences.length ?? 0) === 0) return [];
    const last = `pg_catalog.pg_sequence_last_value(${sequenceOf(relation.schema, column)})`;
    return [`select pg_catalog.setval(${sequenceOf(staging, column)}, ${last}) where ${last} is not null`];
  });
}

/** Partitions that a block of code made have names that only PostgreSQL knows. */
function moveAll({ staging, relation }: Rebuild): string {
  const schema = quoteLiteral(relation.schema);
  return `do $interlock$
declare
  made regclass;
begin
  for made in
    select c.oid from pg_catalog.pg_class c
     where c.relnamespace = ${quoteLiteral(quoteIdentifier(staging))}::regnamespace
       and c.relkind in ('r', 'p') order by c.oid
  loop
    execute pg_catalog.format('alter table %s set schema %I', made, ${schema});
  end loop;
end
$interlock$`;
}
