type Schema = object;

/** An object with exactly these members. */
export function strict(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", required: Object.keys(properties), properties, additionalProperties: false };
}

/** One of these, or null. */
export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

export function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export function identifier(prefix: string): Schema {
  return { type: "string", pattern: `^${prefix}_[0-9A-Za-z]+$` };
}

export const text = { type: "string" };
export const textOrNull = { type: ["string", "null"] };
export const flag = { type: "boolean" };
/** Seconds since 1970. */
export const time = { type: "integer", minimum: 0, description: "Seconds since 1970-01-01T00:00:00Z" };
export const timeOrNull = { ...time, type: ["integer", "null"] };
export const cents = { type: "integer", minimum: 0, description: "Cents" };
export const euro = { const: "EUR" };
export const day = { type: "string", format: "date" };
export const metadata = { type: ["object", "null"] };
export const address = { type: "string", format: "uri" };
