import type { NamedShape } from "../named-shape.ts";

/** What a client sees of a statement's parameters and results that is not as it was. */
export interface ShapeDifference {
  /** A column is gone, or a type differs: what the client was compiled against does not hold. */
  isError: boolean;
  message: string;
}

/** Undefined where nothing differs. */
export function shapeDifference(before: NamedShape, after: NamedShape): ShapeDifference | undefined {
  const errors: string[] = [];
  const warnings: string[] = [];
  before.parameters.forEach((type, index) => {
    const now = after.parameters[index];
    if (now !== undefined && now !== type)
      errors.push(`parameter $${String(index + 1)} was ${type} and is ${now}`);
  });
  const left = [...after.columns];
  for (const { name, type } of before.columns) {
    const position = left.findIndex((column) => column.name === name);
    const [now] = position === -1 ? [] : left.splice(position, 1);
    if (now === undefined) errors.push(`result column ${name} is gone`);
    else if (now.type !== type) {
      const onlyLength = withoutModifier(now.type) === withoutModifier(type);
      (onlyLength ? warnings : errors).push(`result column ${name} was ${type} and is ${now.type}`);
    }
  }
  if (left.length > 0) warnings.push(`it also returns ${left.map(({ name }) => name).join(", ")}`);
  if (errors.length === 0 && warnings.length === 0 && !sameOrder(before, after)) {
    errors.push("its result columns come in another order");
  }
  const all = [...errors, ...warnings];
  return all.length === 0 ? undefined : { isError: errors.length > 0, message: all.join("; ") };
}

function withoutModifier(type: string): string {
  return type.replace(/\([\d,]+\)/, "");
}

function sameOrder(before: NamedShape, after: NamedShape): boolean {
  return before.columns.every(({ name }, index) => after.columns[index]?.name === name);
}
