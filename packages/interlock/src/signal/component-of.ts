import type { Mapping } from "../api/signals.ts";

const keyPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Which component something with these labels is about, as its source's mapping says; null where that says none. */
export function componentOf(
  { field, components, otherwise }: Mapping,
  labels: Readonly<Record<string, string>>,
): string | null {
  const value = Object.hasOwn(labels, field) ? labels[field] : undefined;
  if (value === undefined || value === "") return otherwise;
  if (Object.hasOwn(components, value)) return components[value] ?? otherwise;
  return keyPattern.test(value) ? value : otherwise;
}
