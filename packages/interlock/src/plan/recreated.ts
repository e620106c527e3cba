import { fields } from "./expression.ts";
import type { Operation, PassThrough } from "./operation.ts";
import { listAt, relationOf, textOf } from "./tree.ts";

/**
 * What a statement drops or creates, when the change both drops and creates it: the two are one replacement, in
 * one transaction. Undefined for anything else.
 */
export function recreatedObject(
  operation: PassThrough,
  operations: readonly Operation[],
): string | undefined {
  const [name = ""] = Object.keys(operation.node);
  const mine = objectsOf(operation);
  const found = operations.find(
    (other) =>
      other.kind === "pass-through" &&
      other.index !== operation.index &&
      "DropStmt" in other.node !== (name === "DropStmt") &&
      objectsOf(other).some((object) => mine.includes(object)),
  );
  return found === undefined ? undefined : mine[0];
}

function objectsOf({ node }: PassThrough): string[] {
  const [name = "", value] = Object.entries(node)[0] ?? [];
  const body = fields(value);
  if (name === "DropStmt") {
    return listAt(body, "objects").map((object) => {
      const inside = fields(object);
      const parts =
        inside["List"] === undefined
          ? listAt(fields(inside["ObjectWithArgs"]), "objname")
          : listAt(fields(inside["List"]), "items");
      return `${String(body["removeType"])} ${qualified(parts.map(textOf))}`;
    });
  }
  if (name === "ViewStmt") {
    const { schema, name: view } = relationOf(body["view"]);
    return [`OBJECT_VIEW ${qualified([schema, view])}`];
  }
  if (name !== "CreateFunctionStmt") return [];
  const kind = body["is_procedure"] === true ? "OBJECT_PROCEDURE" : "OBJECT_FUNCTION";
  return [`${kind} ${qualified(listAt(body, "funcname").map(textOf))}`];
}

function qualified(parts: readonly string[]): string {
  return JSON.stringify(parts.length === 1 ? ["public", ...parts] : parts);
}
