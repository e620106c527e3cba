import type { Node } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { fields } from "./expression.ts";
import { listAt, relationOf, stringAt, textOf } from "./tree.ts";

/** The statements that take away what a CREATE or a GRANT makes; null where nothing does. */
export function dropOf(node: Node): string[] | null {
  const [name = "", value] = Object.entries(node)[0] ?? [];
  const body = fields(value);
  switch (name) {
    case "ViewStmt": {
      if (body["replace"] === true) return null;
      const { schema, name: view } = relationOf(body["view"]);
      return [`drop view if exists ${quoteQualified(schema, view)}`];
    }
    case "CreateEnumStmt":
      return [`drop type if exists ${qualified(listAt(body, "typeName"))}`];
    case "CompositeTypeStmt": {
      const { schema, name: type } = relationOf(body["typevar"]);
      return [`drop type if exists ${quoteQualified(schema, type)}`];
    }
    case "CreateDomainStmt":
      return [`drop domain if exists ${qualified(listAt(body, "domainname"))}`];
    case "CreateSchemaStmt":
      return [`drop schema if exists ${quoteIdentifier(stringAt(body, "schemaname") ?? "")}`];
    case "CreateSeqStmt": {
      const { schema, name: sequence } = relationOf(body["sequence"]);
      return [`drop sequence if exists ${quoteQualified(schema, sequence)}`];
    }
    case "CreateTrigStmt": {
      if (body["replace"] === true) return null;
      const { schema, name: table } = relationOf(body["relation"]);
      return [
        `drop trigger if exists ${quoteIdentifier(stringAt(body, "trigname") ?? "")} on ${quoteQualified(schema, table)}`,
      ];
    }
    case "CreateFunctionStmt":
      return body["replace"] === true ? null : [dropFunction(body)];
    case "CreatePublicationStmt":
      return [`drop publication if exists ${quoteIdentifier(stringAt(body, "pubname") ?? "")}`];
    case "CreateExtensionStmt":
      return [`drop extension if exists ${quoteIdentifier(stringAt(body, "extname") ?? "")}`];
    case "GrantStmt":
      if (body["is_grant"] !== true) return null;
      return [
        deparseSync({ GrantStmt: { ...body, is_grant: false } } as Node, { pretty: false }).replace(
          /;\s*$/,
          "",
        ),
      ];
    case "RenameStmt":
      return renameBack(body);
    default:
      return null;
  }
}

/** Of a constraint or an index; null for anything else. */
function renameBack(body: Record<string, unknown>): string[] | null {
  const { schema, name } = relationOf(body["relation"]);
  const now = stringAt(body, "newname") ?? "";
  if (body["renameType"] === "OBJECT_INDEX")
    return [`alter index ${quoteQualified(schema, now)} rename to ${quoteIdentifier(name)}`];
  if (body["renameType"] !== "OBJECT_TABCONSTRAINT") return null;
  const before = quoteIdentifier(stringAt(body, "subname") ?? "");
  return [
    `alter table ${quoteQualified(schema, name)} rename constraint ${quoteIdentifier(now)} to ${before}`,
  ];
}

/** By the types of what is passed in: other functions may bear the same name. */
function dropFunction(body: Record<string, unknown>): string {
  const names = listAt(body, "funcname");
  const schema = { String: { sval: "public" } };
  const objargs = listAt(body, "parameters")
    .map((parameter) => fields(fields(parameter)["FunctionParameter"]))
    .filter(({ mode }) => mode !== "FUNC_PARAM_OUT" && mode !== "FUNC_PARAM_TABLE")
    .map(({ argType }) => ({ TypeName: argType }));
  const statement = {
    DropStmt: {
      objects: [{ ObjectWithArgs: { objname: names.length === 1 ? [schema, ...names] : names, objargs } }],
      removeType: body["is_procedure"] === true ? "OBJECT_PROCEDURE" : "OBJECT_FUNCTION",
      behavior: "DROP_RESTRICT",
      missing_ok: true,
    },
  };
  return deparseSync(statement as Node, { pretty: false }).replace(/;\s*$/, "");
}

function qualified(names: unknown[]): string {
  const parts = names.map(textOf);
  return parts.length === 1 ? quoteQualified("public", ...parts) : quoteQualified(...parts);
}
