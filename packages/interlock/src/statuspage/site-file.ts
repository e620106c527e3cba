/** A file of the site, as it is written and served. */
export interface SiteFile {
  /** Its media type, with the charset where it is text. */
  type: string;
  body: Buffer;
}

/** The files of a site by their path, without a slash at the beginning: `fr/index.html`. */
export type Site = ReadonlyMap<string, SiteFile>;

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  atom: "application/atom+xml; charset=utf-8",
  rss: "application/rss+xml; charset=utf-8",
  ics: "text/calendar; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
  txt: "text/plain; charset=utf-8",
};

/** The media type of a path by its ending. */
export function typeOfPath(path: string): string {
  return types[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

export function siteFile(path: string, text: string): SiteFile {
  return { type: typeOfPath(path), body: Buffer.from(text, "utf8") };
}
