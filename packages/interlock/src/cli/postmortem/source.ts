import { Failure } from "../../std/failure.ts";
import { sectionKeys, type SectionKey, type Sections } from "../../postmortem/sections.ts";

const marker = /^<!-- section: ([a-z-]+) -->$/;

/** The sections of a text as one Markdown file: each begins with a comment that no reader sees. */
export function printSource(sections: Sections): string {
  return sectionKeys.map((key) => `<!-- section: ${key} -->\n\n${(sections[key] ?? "").trim()}\n`).join("\n");
}

/** Reads what `printSource` wrote. A section that the file does not have stays as it is. Throws `Failure` "usage". */
export function readSource(text: string): Sections {
  const sections: Sections = {};
  let current: SectionKey | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = marker.exec(line.trim())?.[1];
    if (name !== undefined) {
      current = sectionKeys.find((key) => key === name);
      if (current === undefined) throw usage(`There is no section ${name}.`);
      if (sections[current] !== undefined) throw usage(`The section ${name} is there twice.`);
      sections[current] = "";
    } else if (current !== undefined) {
      sections[current] = `${sections[current] ?? ""}${line}\n`;
    } else if (line.trim() !== "") {
      throw usage("There is text before the first section.");
    }
  }
  for (const key of sectionKeys) {
    if (sections[key] !== undefined) sections[key] = sections[key].trim();
  }
  return sections;
}

function usage(message: string): Failure {
  return new Failure({
    code: "usage",
    message,
    state: "Nothing was written.",
    next: `Sections begin with a line such as <!-- section: impact -->; there are ${sectionKeys.join(", ")}.`,
  });
}
