import { z } from "zod";

/**
 * The same schema, with every object in it refusing members that it does not know: a misspelt setting that is
 * passed over in silence would be a safeguard that is not there. Objects that say what else they take
 * (`z.looseObject`, `.catchall()`) stay as they are.
 */
export function strictSchema(schema: z.ZodType): z.ZodType {
  const strict = rebuilt(schema);
  const meta = strict === schema ? undefined : z.globalRegistry.get(schema);
  if (meta?.description !== undefined) z.globalRegistry.add(strict, { description: meta.description });
  return strict;
}

function rebuilt(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) {
    const shape = Object.fromEntries(
      Object.entries(schema.def.shape).map(([name, member]) => [name, strictSchema(member as z.ZodType)]),
    );
    return z.clone(schema, { ...schema.def, shape, catchall: schema.def.catchall ?? z.never() });
  }
  if (schema instanceof z.ZodUnion) {
    // Holds for discriminated unions as well.
    const options = schema.def.options.map((option) => strictSchema(option as z.ZodType));
    return z.clone(schema, { ...schema.def, options });
  }
  if (schema instanceof z.ZodArray) {
    return z.clone(schema, { ...schema.def, element: strictSchema(schema.def.element as z.ZodType) });
  }
  if (schema instanceof z.ZodRecord) {
    return z.clone(schema, { ...schema.def, valueType: strictSchema(schema.def.valueType as z.ZodType) });
  }
  if (schema instanceof z.ZodPipe) {
    return z.clone(schema, { ...schema.def, in: strictSchema(schema.def.in as z.ZodType) });
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    const innerType = strictSchema(schema.def.innerType as z.ZodType);
    return z.clone(schema, { ...schema.def, innerType } as typeof schema.def);
  }
  return schema;
}
