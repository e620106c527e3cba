import { readFile } from "node:fs/promises";
import { messageOf, Failure } from "../std/failure.ts";

/** Beside `dist` in the published package, at the root of the repository in a clone. */
const places = ["../../docs/", "../../../../docs/"];

/** The page of a finding, or of a kind of operation, as it was published with this version: Markdown. */
export async function readPage(folder: "findings" | "operations", code: string): Promise<string> {
  let why = "";
  for (const place of places) {
    try {
      return await readFile(new URL(`${place}${folder}/${code}.md`, import.meta.url), "utf8");
    } catch (error) {
      why = messageOf(error);
    }
  }
  throw new Failure({
    code: "page-not-found",
    message: `The page of ${code} is not there.`,
    why,
    state: "Nothing was changed.",
    next: "Install pg-interlock again: its pages come with it.",
  });
}
