import type { SchemaObject } from "../../catalog/objects/schema-object.ts";
import type { ChangeModel } from "../model.ts";
import type { ChangeObject } from "../operation.ts";
import { changesOf } from "./recreated.ts";
import { dropIfThere, topDown } from "./remake-dependants.ts";

/**
 * Statements that bring back what the objects were before the change, as PostgreSQL printed it there: what was
 * made goes, what was dropped or replaced comes again with its owner, rights, comment and settings.
 */
export function undoOfObjects(
  operations: readonly ChangeObject[],
  model: Pick<ChangeModel, "effects" | "objects">,
): string[] {
  const changes = operations.flatMap((operation) => changesOf(operation, model));
  const wasThere = (identity: string): SchemaObject | undefined =>
    model.objects.before.find((object) => object.identity === identity);
  // A function is replaced where it is: triggers, defaults and indexes that stand on it stay.
  const inPlace = changes.filter(
    ({ identity, before, after }) =>
      before?.kind === "function" && after !== undefined && wasThere(identity) !== undefined,
  );
  const others = new Set(
    changes.filter((change) => !inPlace.includes(change)).map(({ identity }) => identity),
  );
  const old = standingOn(model.objects.before, others);
  const made = changes.flatMap(({ identity, after }) =>
    after !== undefined && others.has(identity) ? [after] : [],
  );
  const gone = topDown(old, made).filter(
    ({ kind, identity }) =>
      // An entry of a publication can't be dropped "if exists".
      kind !== "publication" || made.some((object) => object.identity === identity),
  );
  return [
    ...gone.map(dropIfThere),
    ...old.flatMap(({ create }) => create),
    ...inPlace.flatMap(({ identity }) => wasThere(identity)?.create ?? []),
  ];
}

function standingOn(objects: readonly SchemaObject[], identities: ReadonlySet<string>): SchemaObject[] {
  const found = new Set(identities);
  return objects.filter(({ identity, needs }) => {
    if (!found.has(identity) && !needs.some((needed) => found.has(needed))) return false;
    found.add(identity);
    return true;
  });
}
