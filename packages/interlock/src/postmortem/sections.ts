/** What a post-mortem consists of, in order. */
export const sectionKeys = [
  "reference",
  "service",
  "impact",
  "picture",
  "overview",
  "root-cause",
  "statements",
  "went-well",
  "actions",
  "notes",
] as const;
export type SectionKey = (typeof sectionKeys)[number];

/** Markdown with placeholders, by section. A section without text is left out. */
export type Sections = { [key in SectionKey]?: string | undefined };

/** Only for the company itself: what a statement says may say how to break in. */
export const internalSections: readonly SectionKey[] = ["statements", "notes"];

/** Those without which nothing is published. */
export const requiredSections: readonly SectionKey[] = [
  "reference",
  "service",
  "impact",
  "overview",
  "root-cause",
  "actions",
];

export type Audience = "public" | "internal";

/** The sections that an audience reads and that say something, in order. */
export function sectionsFor(sections: Sections, audience: Audience): { key: SectionKey; text: string }[] {
  return sectionKeys.flatMap((key) => {
    const text = sections[key]?.trim() ?? "";
    if (text === "" || (audience === "public" && internalSections.includes(key))) return [];
    return [{ key, text }];
  });
}

/** The required sections that say nothing yet. */
export function missingSections(sections: Sections): SectionKey[] {
  return requiredSections.filter((key) => (sections[key]?.trim() ?? "") === "");
}
