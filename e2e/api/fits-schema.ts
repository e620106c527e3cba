import { resolve, type OpenApi, type Schema } from "./document.ts";

/** Where a value does not fit a schema, as "path: what is wrong"; empty where it fits. */
export function misfits(document: OpenApi, schema: Schema, value: unknown, path = "$"): string[] {
  const resolved = resolve(document, schema);
  return [
    ...ofChoices(document, resolved, value, path),
    ...ofType(resolved, value, path),
    ...ofText(resolved, value, path),
    ...ofNumber(resolved, value, path),
    ...ofList(document, resolved, value, path),
    ...ofObject(document, resolved, value, path),
  ];
}

function ofChoices(document: OpenApi, schema: Schema, value: unknown, path: string): string[] {
  const wrong: string[] = [];
  const fits = (each: Schema) => misfits(document, each, value, path).length === 0;
  if ("const" in schema && !isEqual(schema.const, value))
    wrong.push(`${path}: is not ${JSON.stringify(schema.const)}`);
  if (schema.enum?.some((each) => isEqual(each, value)) === false) wrong.push(`${path}: is none of the enum`);
  if (schema.anyOf?.some(fits) === false) wrong.push(`${path}: fits none of anyOf`);
  if (schema.oneOf !== undefined && schema.oneOf.filter(fits).length !== 1)
    wrong.push(`${path}: fits not one of oneOf`);
  for (const each of schema.allOf ?? []) wrong.push(...misfits(document, each, value, path));
  if (schema.not !== undefined && fits(schema.not)) wrong.push(`${path}: fits what it must not`);
  return wrong;
}

function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function ofType({ type }: Schema, value: unknown, path: string): string[] {
  if (type === undefined) return [];
  const types = Array.isArray(type) ? type : [type];
  return types.some((each) => isOfType(each, value)) ? [] : [`${path}: is not of type ${types.join(" or ")}`];
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function ofText(schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== "string") return [];
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema;
  const wrong: string[] = [];
  if (value.length < minLength || value.length > maxLength) wrong.push(`${path}: has a wrong length`);
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value))
    wrong.push(`${path}: does not match ${pattern}`);
  if (format === "date-time" && Number.isNaN(Date.parse(value))) wrong.push(`${path}: is no moment`);
  return wrong;
}

function ofNumber(schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== "number") return [];
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = schema;
  const isIn =
    value >= minimum &&
    value <= maximum &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum);
  return isIn ? [] : [`${path}: is out of range`];
}

function ofList(document: OpenApi, schema: Schema, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [];
  const { items, minItems = 0, maxItems = Infinity } = schema;
  const wrong =
    value.length < minItems || value.length > maxItems ? [`${path}: has a wrong number of members`] : [];
  if (items === undefined) return wrong;
  return [
    ...wrong,
    ...value.flatMap((each, index) => misfits(document, items, each, `${path}[${String(index)}]`)),
  ];
}

function ofObject(document: OpenApi, schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const { properties = {}, required = [], additionalProperties: others = true, propertyNames } = schema;
  const members = Object.entries(value);
  return [
    ...required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}.${name}: is missing`),
    ...members.flatMap(([name, member]) => {
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const wrongName =
        propertyNames === undefined ? [] : misfits(document, propertyNames, name, `${path} (name ${name})`);
      if (own !== undefined) return misfits(document, own, member, `${path}.${name}`);
      if (others === false) return [`${path}.${name}: is not described`];
      return [...wrongName, ...(others === true ? [] : misfits(document, others, member, `${path}.${name}`))];
    }),
  ];
}
