import { contentSecurityPolicy } from "../pages/layout.ts";
import { chooseEncoding } from "./choose-encoding.ts";
import { chooseLocale } from "./choose-locale.ts";
import type { Encoding, ServedFile, ServedSite } from "./served-site.ts";

export interface Asked {
  method: string;
  /** The path below the prefix, without a slash at the beginning and without a query; still percent-encoded. */
  path: string;
  acceptEncoding: string | undefined;
  acceptLanguage: string | undefined;
  ifNoneMatch: string | undefined;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Nothing for 304, redirects and HEAD. */
  body: Buffer | undefined;
}

const security = {
  "content-security-policy": `${contentSecurityPolicy};frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** An update is to be seen within seconds; a proxy may show what it has while nobody answers it. */
const pageCache = "public, max-age=5, stale-if-error=86400";
const assetCache = "public, max-age=300, stale-if-error=86400";

/** The answer to a request for a file of the site. `prefix` is what the site stands below: `/status`, or nothing. */
export function answer(site: ServedSite, asked: Asked, { prefix }: { prefix: string }): Answer {
  const reads = asked.method === "GET" || asked.method === "HEAD";
  if (!reads) return { status: 405, headers: { ...security, allow: "GET, HEAD" }, body: undefined };
  const path = decode(asked.path);
  if (path === "") return toLanguage(site, asked, prefix);
  const file = site.get(path.endsWith("/") ? `${path}index.html` : path);
  if (file !== undefined) return fileAnswer(file, asked, 200);
  if (site.has(`${path}/index.html`)) return redirect(`${prefix}/${path}/`, pageCache);
  const missing = site.get("404.html");
  if (missing !== undefined) return fileAnswer(missing, asked, 404);
  const headers = { ...security, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return { status: 404, headers, body: Buffer.from("There is nothing at this address.\n") };
}

function toLanguage(site: ServedSite, asked: Asked, prefix: string): Answer {
  const locales = [...site.keys()].flatMap((path) => /^([a-z]{2})\/index\.html$/.exec(path)?.[1] ?? []);
  const locale = chooseLocale(asked.acceptLanguage, locales);
  if (locale === undefined) {
    const headers = { ...security, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
    return {
      status: 503,
      headers: { ...headers, "retry-after": "5" },
      body: Buffer.from("There is no page yet.\n"),
    };
  }
  const answered = redirect(`${prefix}/${locale}/`, pageCache);
  return { ...answered, headers: { ...answered.headers, vary: "accept-language" } };
}

function redirect(location: string, cache: string): Answer {
  return { status: 302, headers: { ...security, location, "cache-control": cache }, body: undefined };
}

function fileAnswer(file: ServedFile, asked: Asked, status: 200 | 404): Answer {
  const encoding = chooseEncoding(asked.acceptEncoding);
  const headers = headersOf(file, encoding);
  if (status === 200 && matches(asked.ifNoneMatch, file.etag(encoding))) {
    const { "content-length": _, "content-type": __, "content-encoding": ___, ...kept } = headers;
    return { status: 304, headers: kept, body: undefined };
  }
  return {
    status,
    headers: status === 200 ? headers : { ...headers, "cache-control": "no-store" },
    body: asked.method === "HEAD" ? undefined : file.body(encoding),
  };
}

const known = new WeakMap<ServedFile, Map<Encoding, Readonly<Record<string, string>>>>();

/** Worked out once for each file and encoding. */
function headersOf(file: ServedFile, encoding: Encoding): Readonly<Record<string, string>> {
  const own = known.get(file) ?? new Map<Encoding, Readonly<Record<string, string>>>();
  known.set(file, own);
  const found = own.get(encoding);
  if (found !== undefined) return found;
  const body = file.body(encoding);
  const isEncoded = body !== file.body("identity");
  const isPage = file.type.startsWith("text/html");
  const headers = {
    ...security,
    // Data and feeds are for everybody's scripts; pages are for nobody's.
    ...(isPage
      ? { "cross-origin-resource-policy": "same-origin" }
      : { "cross-origin-resource-policy": "cross-origin", "access-control-allow-origin": "*" }),
    "content-type": file.type,
    "content-length": String(body.length),
    ...(isEncoded ? { "content-encoding": encoding } : {}),
    "cache-control":
      file.type.startsWith("text/css") || file.type.startsWith("image/") ? assetCache : pageCache,
    etag: file.etag(encoding),
    vary: "accept-encoding",
  };
  own.set(encoding, headers);
  return headers;
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return (
    header === etag ||
    header.trim() === "*" ||
    header.split(",").some((each) => each.trim().replace(/^W\//, "") === etag)
  );
}

function decode(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
