import type { Locale } from "../../api/localised.ts";
import { Failure } from "../../std/failure.ts";

/** Which required languages an update does not have, or has not as it is now. */
export interface Gaps {
  missing: readonly Locale[];
  stale: readonly Locale[];
}

/** Whether a language is not said, or no longer says what the others do. */
export function gapsOf(
  texts: readonly { locale: Locale; isStale: boolean }[],
  required: readonly Locale[],
): Gaps {
  const of = (locale: Locale): { isStale: boolean } | undefined =>
    texts.find((text) => text.locale === locale);
  return {
    missing: required.filter((locale) => of(locale) === undefined),
    stale: required.filter((locale) => of(locale)?.isStale === true),
  };
}

/**
 * Refuses to make public what is not said in every required language, unless somebody says why; gives back that
 * reason where there was need of one. `command` begins the one that writes what is missing. Throws `Failure`
 * "language-missing" or "language-stale".
 */
export function requireComplete(
  { missing, stale }: Gaps,
  { reason, command }: { reason: string | undefined; command: string },
): string | undefined {
  if (missing.length + stale.length === 0) return undefined;
  if (reason !== undefined) return reason;
  const next = (locales: readonly Locale[]): string =>
    `Write ${locales.length === 1 ? "it" : "them"}: ${command} ${locales.map((locale) => `--${locale} '…'`).join(" ")}. Or say why it can't wait: --incomplete 'reason'.`;
  if (missing.length > 0) {
    throw new Failure({
      code: "language-missing",
      message: `The update is not written in ${missing.join(", ")}.`,
      why: "The page needs every update in each of its languages.",
      state: "Nothing was changed, and nobody was told.",
      next: next(missing),
    });
  }
  throw new Failure({
    code: "language-stale",
    message: `The text in ${stale.join(", ")} does not say what the others do now.`,
    why: "Another language was changed in meaning, or says more.",
    state: "Nothing was changed, and nobody was told.",
    next: next(stale),
  });
}
