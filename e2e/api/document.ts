/** A JSON Schema, as OpenAPI 3.1 documents hold them: as far as ours use it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  not?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  default?: unknown;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  schema?: Schema;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

interface DescribedOperation {
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: Content & { required?: boolean };
  responses?: Record<string, Content>;
  security?: object[];
}

export interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, DescribedOperation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** One method at one path. */
export interface Operation {
  /** `POST /api/v1/environments/{environment}/gate`. */
  name: string;
  method: string;
  path: string;
  parameters: Parameter[];
  /** Of the JSON body; undefined where there is none. */
  body: Schema | undefined;
  /** By status, with `default` for every other. */
  answers: Record<string, { schema: Schema | undefined; types: string[] }>;
  /** What a token needs; null where any will do. */
  scope: string | null;
}

const methods = new Set(["get", "put", "post", "patch", "delete"]);

/** Every operation of a document. Throws where one doesn't say what a token needs for it. */
export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod)
      .filter(([method]) => methods.has(method))
      .map(([method, described]) => operationOf({ path, method: method.toUpperCase(), described })),
  );
}

function operationOf({
  path,
  method,
  described,
}: {
  path: string;
  method: string;
  described: DescribedOperation;
}): Operation {
  const name = `${method} ${path}`;
  const answers = Object.entries(described.responses ?? {}).map(([status, { content = {} }]) => [
    status,
    { schema: content["application/json"]?.schema, types: Object.keys(content) },
  ]);
  return {
    name,
    method,
    path,
    parameters: described.parameters ?? [],
    body: described.requestBody?.content?.["application/json"]?.schema,
    answers: Object.fromEntries(answers) as Operation["answers"],
    scope: scopeOf(name, described),
  };
}

/** The description names it: "Needs the scope `release:write`." */
function scopeOf(name: string, { description = "", security }: DescribedOperation): string | null {
  const scope = /scope `([a-z:]+)`/.exec(description)?.[1];
  if (scope !== undefined) return scope;
  if (security?.length === 0 || description.includes("Any token that works may ask.")) return null;
  throw new Error(`${name} doesn't say which scope it needs`);
}

/** The schema that a reference stands for. */
export function resolve(document: OpenApi, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.replace("#/components/schemas/", "");
  const found = document.components?.schemas?.[name];
  if (found === undefined) throw new Error(`the document refers to ${schema.$ref}, which is not in it`);
  return resolve(document, found);
}
