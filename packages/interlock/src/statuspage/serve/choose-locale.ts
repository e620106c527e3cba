/** The language of those that the site has which a reader would rather have (RFC 9110, 12.5.4); else the first. */
export function chooseLocale(header: string | undefined, locales: readonly string[]): string | undefined {
  const wishes = (header ?? "")
    .toLowerCase()
    .split(",")
    .slice(0, 30)
    .map((part, index) => {
      const [tag = "", ...rest] = part.split(";").map((piece) => piece.trim());
      const weight = rest.find((piece) => piece.startsWith("q="));
      const q = weight === undefined ? 1 : Number(weight.slice(2));
      return { language: tag.split("-")[0] ?? "", q: Number.isFinite(q) ? q : 0, index };
    })
    .filter(({ q }) => q > 0)
    .toSorted((left, right) => right.q - left.q || left.index - right.index);
  for (const { language } of wishes) {
    if (language === "*") break;
    if (locales.includes(language)) return language;
  }
  return locales[0];
}
