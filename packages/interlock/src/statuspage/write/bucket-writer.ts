import { AwsClient } from "aws4fetch";
import { Failure, messageOf } from "../../std/failure.ts";
import { contentHash } from "../content-hash.ts";
import type { Site } from "../site-file.ts";
import { hashesOf, isEntry, manifestName, readManifest, writeManifest, type Hashes } from "./manifest.ts";
import type { BucketSettings } from "./settings.ts";

export interface BucketWriter {
  /** `s3://bucket/prefix`. */
  readonly place: string;
  /** Makes the bucket hold exactly this site, as far as it is ours. Throws `Failure` "bucket-not-writable". */
  write(site: Site, signal: AbortSignal): Promise<{ written: number; removed: number }>;
}

/** How many objects are sent at once, how often one is tried again, and how long an answer may take. */
const atOnce = 8;
const retries = 4;
const answerTimeoutMs = 20_000;

/**
 * Writes a site to storage that speaks S3. Only what differs from the manifest in the bucket is sent, what is linked
 * to before what links to it, removed objects last; the manifest is written when everything is there, so a writer
 * that was interrupted is caught up by the next one, whichever server leads then.
 */
export function makeBucketWriter(settings: BucketSettings): BucketWriter {
  const { bucket, prefix, endpoint, region, credentials } = settings;
  const client = new AwsClient({ ...credentials, service: "s3", region, retries, initRetryMs: 100 });
  const place = `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
  let there: Map<string, string> | undefined;

  const send = async (
    method: "GET" | "PUT" | "DELETE",
    path: string,
    { body, headers = {}, signal }: { body?: Buffer; headers?: Record<string, string>; signal: AbortSignal },
  ): Promise<Response> => {
    const key = prefix === "" ? path : `${prefix}/${path}`;
    const address = `${endpoint}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    let answer: Response;
    try {
      answer = await client.fetch(address, {
        method,
        headers: { ...headers, "x-amz-content-sha256": contentHash(body ?? Buffer.alloc(0)) },
        ...(body === undefined ? {} : { body: new Uint8Array(body) }),
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw notWritable(place, path, messageOf(error), error);
    }
    if (answer.ok || (answer.status === 404 && method !== "PUT")) return answer;
    throw notWritable(place, path, `It answers ${String(answer.status)}: ${codeIn(await answer.text())}`);
  };

  const readThere = async (signal: AbortSignal): Promise<Map<string, string>> => {
    const answer = await send("GET", manifestName, { signal });
    return new Map(answer.ok ? readManifest(await answer.text()) : []);
  };

  const put = async (site: Site, path: string, hashes: Hashes, signal: AbortSignal): Promise<void> => {
    const file = site.get(path);
    if (file === undefined) return;
    const headers = { "content-type": file.type, "cache-control": cacheOf(path) };
    await send("PUT", path, { body: file.body, headers, signal });
    there?.set(path, hashes.get(path) ?? "");
  };

  return {
    place,
    async write(site, signal) {
      there ??= await readThere(signal);
      const wanted = hashesOf(site);
      const changed = [...wanted].filter(([path, hash]) => there?.get(path) !== hash).map(([path]) => path);
      const gone = [...there.keys()].filter((path) => !wanted.has(path));
      if (changed.length === 0 && gone.length === 0) return { written: 0, removed: 0 };
      for (const part of [changed.filter((path) => !isEntry(path)), changed.filter(isEntry)]) {
        await inParallel(part, async (path) => put(site, path, wanted, signal));
      }
      await send("PUT", manifestName, {
        body: Buffer.from(writeManifest(wanted)),
        headers: { "content-type": "application/json", "cache-control": "no-store" },
        signal,
      });
      await inParallel(gone, async (path) => {
        await send("DELETE", path, { signal });
        there?.delete(path);
      });
      return { written: changed.length, removed: gone.length };
    },
  };
}

function cacheOf(path: string): string {
  return path.endsWith(".css") || path.endsWith(".svg") ? "public, max-age=300" : "public, max-age=5";
}

async function inParallel(paths: readonly string[], work: (path: string) => Promise<void>): Promise<void> {
  const left = [...paths];
  const one = async (): Promise<void> => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) await work(path);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** The code of an error in S3's words; never the whole answer, which repeats what was signed. */
function codeIn(answer: string): string {
  return /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(answer)?.[1] ?? "no reason given";
}

function notWritable(place: string, path: string, why: string, cause?: unknown): Failure {
  return new Failure({
    code: "bucket-not-writable",
    message: `The status page can't be written to ${place}: ${path}.`,
    why,
    state: "What was written before stays there; it is tried again.",
    next: "Look at the bucket, at its endpoint and at the rights of the key.",
    ...(cause === undefined ? {} : { cause }),
  });
}
