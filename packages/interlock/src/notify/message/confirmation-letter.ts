import type { Locale } from "../../api/localised.ts";
import { textIn } from "../../language/text-in.ts";
import type { LetterText } from "../mail/letter.ts";
import type { Page } from "../page/read-page.ts";
import { confirmWithinHours } from "../subscription/insert-subscribers.ts";
import { renderHtml, renderText, type Block } from "./blocks.ts";
import { confirmUrl } from "./urls.ts";
import { wordsIn } from "./words.ts";

/** Asks whoever has the address. Holds nothing that whoever asked for it wrote: it can't be used to send words to others. */
export function confirmationLetter(
  page: Page,
  { locale, token }: { locale: Locale; token: string },
): LetterText {
  const words = wordsIn[locale];
  const pageName = textIn(page.names, locale)?.text ?? "";
  const title = words.confirmSubject(pageName);
  const blocks: Block[] = [
    { kind: "heading", text: title, level: 1 },
    { kind: "paragraph", text: words.confirmBody(pageName) },
    { kind: "link", text: words.confirmButton, url: confirmUrl(page, { locale, token }) },
    { kind: "small", text: words.confirmIgnore(confirmWithinHours) },
  ];
  return {
    subject: title,
    text: renderText(blocks, locale),
    html: renderHtml(blocks, { locale, title }),
    references: [],
  };
}
