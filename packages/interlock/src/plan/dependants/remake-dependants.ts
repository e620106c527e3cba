import type { ObjectKind, SchemaObject } from "../../catalog/objects/schema-object.ts";
import { relationKey, sameRelation } from "../draft.ts";
import type { ChangeModel } from "../model.ts";
import type { Relation } from "../plan.ts";
import { dependantsOf } from "./dependants-of.ts";

/** What a step does with the objects on columns that it takes away or changes, all in its one transaction. */
export interface Remaking {
  /** Everything that stands on the columns, before or after the change, and is there when the step runs. */
  drop: string[];
  /** What is there after the change, as the migration leaves it. */
  create: string[];
  /** What was there before the change, as it was: for an undo, after `drop`. */
  restore: string[];
  /** Tables that are locked for it besides the one that the columns are of. */
  relations: Relation[];
  /** Identities of all of them: "view public.sums". */
  identities: ReadonlySet<string>;
  /** What can't be made again under a short lock, with the reason. */
  obstacles: { object: string; why: string }[];
}

export interface Remade {
  relation: Relation;
  /** Names before the change, and after it. Undefined for the relation as a whole. */
  before: readonly string[] | undefined;
  after: readonly string[] | undefined;
  /** Nothing but these and what stands on them; everything where it is left out. */
  only?: ReadonlySet<string>;
}

/**
 * How everything that stands on columns is dropped and made again around what happens to them. Views that stand on
 * views come along, and nothing is dropped by CASCADE: what nobody knows of stops the step instead of vanishing.
 */
export function remakeDependants(
  { objects }: Pick<ChangeModel, "objects">,
  { relation, before, after, only }: Remade,
): Remaking {
  const old = dependantsOf(objects.before, {
    relation,
    ...(before === undefined ? {} : { columns: before }),
  });
  const fresh = dependantsOf(objects.after, { relation, ...(after === undefined ? {} : { columns: after }) });
  const roots = [...old, ...fresh].filter(({ identity }) => only === undefined || only.has(identity));
  const identities = new Set(roots.map(({ identity }) => identity));
  // What stands on them does so in either list.
  for (const { identity, needs } of [...old, ...fresh])
    if (needs.some((needed) => identities.has(needed))) identities.add(identity);
  const wasThere = objects.before.filter(({ identity }) => identities.has(identity));
  const isThere = objects.after.filter(({ identity }) => identities.has(identity));
  const all = [...new Map([...wasThere, ...isThere].map((object) => [object.identity, object])).values()];
  return {
    drop: topDown(wasThere, isThere).map(dropIfThere),
    create: isThere.flatMap(({ create }) => create),
    restore: wasThere.flatMap(({ create }) => create),
    relations: otherTables(all, relation),
    identities,
    obstacles: all.flatMap((object) => {
      const why = obstacles[object.kind];
      return why === undefined ? [] : [{ object: calledBy(object), why }];
    }),
  };
}

/** For people: PostgreSQL calls a generated column by its expression. */
function calledBy({ identity, kind }: SchemaObject): string {
  return kind === "generated column"
    ? identity.replace(/^default value for /, "generated column ")
    : identity;
}

const obstacles: Partial<Record<ObjectKind, string>> = {
  "materialized view": "it would have to be filled anew while the table is locked",
  "generated column": "it would have to be computed anew for every row while the table is locked",
};

/** In an order in which each goes before what it needs, by its definition of before or of after. */
export function topDown(wasThere: readonly SchemaObject[], isThere: readonly SchemaObject[]): SchemaObject[] {
  const all = new Map([...wasThere, ...isThere].map((object) => [object.identity, object]));
  const needs = (identity: string): string[] =>
    [...wasThere, ...isThere]
      .filter((object) => object.identity === identity)
      .flatMap((object) => object.needs);
  const ordered: SchemaObject[] = [];
  const seen = new Set<string>();
  const visit = (identity: string): void => {
    const object = all.get(identity);
    if (object === undefined || seen.has(identity)) return;
    seen.add(identity);
    for (const needed of needs(identity)) visit(needed);
    ordered.push(object);
  };
  for (const identity of all.keys()) visit(identity);
  return ordered.toReversed();
}

/** It may be dropped already, or not be made yet, by a step of its own. */
export function dropIfThere({ drop }: SchemaObject): string {
  return drop.replace(
    /^drop (view|materialized view|routine|trigger|policy|rule|statistics) /,
    "drop $1 if exists ",
  );
}

/** A trigger, a policy and the like are dropped and made under a lock on their table. */
function otherTables(all: readonly SchemaObject[], own: Relation): Relation[] {
  const onTables = all.flatMap(({ kind, relation }) =>
    relation === null || kind === "view" || kind === "materialized view" || sameRelation(relation, own)
      ? []
      : [relation],
  );
  return [...new Map(onTables.map((relation) => [relationKey(relation), relation])).values()];
}
