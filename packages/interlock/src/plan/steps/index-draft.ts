import type { Index } from "../../catalog/table.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import type { Draft, Slot } from "../draft.ts";
import { shownName } from "../names.ts";
import type { PhaseName, Relation } from "../plan.ts";

/** An index under another name. */
export function renamedIndex(index: Index, name: string): Index {
  const definition = index.definition.replace(
    /^(CREATE (?:UNIQUE )?INDEX )(?:"(?:[^"]|"")*"|\S+)/,
    (_, start: string) => `${start}${quoteIdentifier(name)}`,
  );
  return { ...index, name, definition };
}

/** The statement that builds an index as the catalog defines it beside running writes. */
export function buildConcurrently({ definition }: Index): string {
  return definition.replace(
    /^CREATE (UNIQUE )?INDEX /,
    (_, unique?: string) => `create ${unique === undefined ? "" : "unique "}index concurrently `,
  );
}

/** CREATE INDEX CONCURRENTLY of an index as the catalog defines it. */
export function indexDraft(options: {
  index: Index;
  relation: Relation;
  phase: PhaseName;
  slot: Slot;
  order: number;
}): Draft {
  const { index, relation, phase, slot, order } = options;
  const name = { schema: relation.schema, name: index.name };
  return {
    phase,
    slot,
    order,
    step: {
      kind: "index",
      title: `${index.unique ? "unique index" : "index"} ${displayName(index.name)} on ${shownName(relation)}`,
      relations: [relation],
      lock: "ShareUpdateExclusiveLock",
      undo: [`drop index concurrently if exists ${quoteQualified(name.schema, name.name)}`],
      statement: buildConcurrently(index),
      index: name,
    },
  };
}
