/** A body whose moments are read: texts become dates; what was left out or is null stays so. */
export function givenMoments<Body extends object, Name extends keyof Body>(
  body: Body,
  names: readonly Name[],
): Omit<Body, Name> & { [name in Name]: Date | Extract<Body[name], null | undefined> } {
  const read = { ...body } as Record<PropertyKey, unknown>;
  for (const name of names) {
    const text = body[name];
    if (typeof text === "string") read[name] = new Date(text);
  }
  return read as Omit<Body, Name> & { [name in Name]: Date | Extract<Body[name], null | undefined> };
}
