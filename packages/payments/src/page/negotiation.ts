import { chooseLanguage, type Language } from "./language.ts";

/** What a page needs to know of a request. */
export interface Asking {
  query: unknown;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** True when the caller takes a page: a browser says so, a client of the API does not. */
export function asksForPage({ headers }: Pick<Asking, "headers">): boolean {
  return accepted(headers).includes("text/html");
}

/** True when the caller wants JSON and nothing a reader could look at. */
export function asksForJson({ headers }: Pick<Asking, "headers">): boolean {
  return accepted(headers).includes("application/json") && !asksForPage({ headers });
}

/** True when a form was sent. */
export function sendsForm({ headers }: Pick<Asking, "headers">): boolean {
  return String(headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
}

/** True when JSON was sent: whoever does that reads JSON, whatever they say they accept. */
export function sendsJson({ headers }: Pick<Asking, "headers">): boolean {
  return String(headers["content-type"] ?? "").startsWith("application/json");
}

/** The language that the reader asked for on a page of ours, if any. */
export function askedLanguage({ query }: Pick<Asking, "query">): unknown {
  return typeof query === "object" && query !== null && "lang" in query ? query.lang : undefined;
}

export function languageFor(asking: Asking, billing?: Readonly<Record<string, unknown>> | null): Language {
  const { cookie, "accept-language": accepts } = asking.headers;
  return chooseLanguage({
    query: askedLanguage(asking),
    cookie: /(?:^|;\s*)lang=([a-z]+)/.exec(String(cookie ?? ""))?.[1],
    billing: billing?.["language"],
    accepted: String(accepts ?? ""),
  });
}

/** Remembers a language for one payment, while its card holder is away on the bank's page. */
export function languageCookie(
  language: Language,
  { id, isSecure }: { id: string; isSecure: boolean },
): string {
  return `lang=${language}; Path=/pay/${id}; Max-Age=3600; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
}

function accepted(headers: Asking["headers"]): string {
  return String(headers["accept"] ?? "").toLowerCase();
}
