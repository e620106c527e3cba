import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { contentHash } from "../content-hash.ts";
import type { Site, SiteFile } from "../site-file.ts";

export type Encoding = "br" | "gzip" | "identity";

/** A file with all that an answer needs, compressed once for each encoding when it is first asked for. */
export interface ServedFile {
  type: string;
  hash: string;
  body(encoding: Encoding): Buffer;
  /** Strong, and another one for each encoding: their bytes differ. */
  etag(encoding: Encoding): string;
}

/** Files by their path; replaced as a whole, so that a reader never gets half of one set and half of another. */
export type ServedSite = ReadonlyMap<string, ServedFile>;

/** What did not change keeps what it had been compressed to. */
export function serveSite(site: Site, before?: ServedSite): ServedSite {
  return new Map(
    [...site].map(([path, file]) => {
      const hash = contentHash(file.body);
      const known = before?.get(path);
      return [path, known?.hash === hash && known.type === file.type ? known : served(file, hash)];
    }),
  );
}

/** Below this a compressed answer is hardly shorter. */
const leastBytes = 256;

function served({ type, body }: SiteFile, hash: string): ServedFile {
  const bodies = new Map<Encoding, Buffer>([["identity", body]]);
  const tag = hash.slice(0, 32);
  return {
    type,
    hash,
    body(encoding) {
      const known = bodies.get(encoding);
      if (known !== undefined) return known;
      const made = body.length < leastBytes ? body : compress(body, encoding);
      bodies.set(encoding, made);
      return made;
    },
    etag: (encoding) => (encoding === "identity" ? `"${tag}"` : `"${tag}-${encoding}"`),
  };
}

function compress(body: Buffer, encoding: Encoding): Buffer {
  if (encoding === "gzip") return gzipSync(body, { level: 9 });
  // 11, the default, takes ten times as long for a twentieth less.
  return brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });
}
