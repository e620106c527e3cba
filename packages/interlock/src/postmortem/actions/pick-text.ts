import type { Localised } from "../../api/localised.ts";
import { textIn } from "../../language/text-in.ts";

/** A text for whoever reads no particular language: the gate's messages are English where they can be. */
export function pickText(texts: Localised): string {
  return textIn(texts, "en")?.text ?? "";
}
