import type { Index } from "../../catalog/table.ts";
import { displayName, quoteQualified } from "../../sql/quote.ts";
import type { Draft } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";
import { indexDraft, renamedIndex } from "./index-draft.ts";

/**
 * An index that is not unique in the place of one that goes before the old version does: what that version looks up
 * by it is found as fast as before. It goes in contract.
 */
export function plainIndexDrafts(index: Index, { relation }: TableChange, order: number): Draft[] {
  const name = temporaryName("plain", relation, index.name);
  const renamed = renamedIndex(index, name);
  const plain = {
    ...renamed,
    unique: false,
    definition: renamed.definition
      .replace(/^CREATE UNIQUE /, "CREATE ")
      .replace(/ NULLS NOT DISTINCT(?= WHERE | WITH | TABLESPACE |$)/, ""),
  };
  const place = { schema: relation.schema, name };
  return [
    indexDraft({ index: plain, relation, phase: "expand", slot: "shape", order: order - 0.5 }),
    {
      phase: "contract",
      slot: "final",
      order,
      step: {
        kind: "index",
        title: `drop index ${displayName(name)} on ${shownName(relation)}`,
        relations: [relation],
        lock: "ShareUpdateExclusiveLock",
        undo: null,
        statement: `drop index concurrently if exists ${quoteQualified(place.schema, place.name)}`,
        index: place,
      },
    },
  ];
}
