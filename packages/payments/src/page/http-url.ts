/** The address, in normal form, when it is one that a link may lead to: http or https, no user name. */
export function httpUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const leadsSomewhere = url.protocol === "https:" || url.protocol === "http:";
  return leadsSomewhere && url.username === "" && url.password === "" ? url.href : undefined;
}
