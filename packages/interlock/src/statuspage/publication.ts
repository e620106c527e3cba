import type { Control } from "../control/control.ts";
import { factsOf } from "../std/failure.ts";
import type { Log } from "../std/log.ts";
import type { PageModel } from "./page-model.ts";
import { readPageModel } from "./read/read-page-model.ts";
import { makeSiteRenderer } from "./render-site.ts";
import { serveSite, type ServedSite } from "./serve/served-site.ts";
import type { Site } from "./site-file.ts";
import { makeDirectoryWriter } from "./write/directory-writer.ts";
import { readSiteDirectory } from "./write/read-directory.ts";

/** How it goes with one place that the page is written to. */
export interface TargetState {
  /** A directory, or `s3://bucket/prefix`. */
  place: string;
  /** When it last held what this server had rendered. */
  writtenAt: Date | null;
  /** Why it does not hold it now. */
  failure: { code: string; message: string; why: string | undefined; since: Date } | null;
}

/** The status page of one server: rendered from the control database, kept in memory, written to its directory. */
export interface Publication {
  /** What is served; also while the control database is away, and before it was first read. */
  readonly served: ServedSite;
  /** What it was made from; undefined as long as this process could not read it. */
  readonly model: PageModel | undefined;
  /** The files, for another place; undefined as long as this process has rendered none. */
  readonly site: Site | undefined;
  /** Goes up whenever the files change. */
  readonly generation: number;
  /** When the control database was last read. */
  readonly readAt: Date | undefined;
  readonly targets: readonly TargetState[];
  /** Takes what the directory holds, so that there is something to serve from the first moment on. */
  load(): Promise<void>;
  /** Reads, renders, serves and writes. Rejects where the control database can't be read. */
  publish(): Promise<void>;
  /** Returns when the files are no longer those of a generation, or the signal is aborted. */
  changed(since: number, signal: AbortSignal): Promise<void>;
  /** How it goes with one more place, which somebody else writes to. */
  report(place: string, outcome: { writtenAt: Date } | { error: unknown }): void;
}

export function makePublication({
  control,
  directory,
  log,
  now = () => new Date(),
}: {
  control: Pick<Control, "transact">;
  directory: string;
  log: Log;
  now?: () => Date;
}): Publication {
  const writer = makeDirectoryWriter(directory);
  const render = makeSiteRenderer();
  const targets = new Map<string, TargetState>();
  let served: ServedSite = new Map();
  let model: PageModel | undefined;
  let site: Site | undefined;
  let generation = 0;
  let readAt: Date | undefined;
  let waiting: (() => void)[] = [];

  const report: Publication["report"] = (place, outcome) => {
    const before = targets.get(place);
    if ("writtenAt" in outcome) {
      targets.set(place, { place, writtenAt: outcome.writtenAt, failure: null });
      if (before?.failure) log.info({ place }, "the status page is written again");
      return;
    }
    const { code, message, why } = factsOf(outcome.error);
    const since = before?.failure?.since ?? now();
    targets.set(place, {
      place,
      writtenAt: before?.writtenAt ?? null,
      failure: { code, message, why, since },
    });
    log.error({ place, code, why }, `the status page is not written: ${message}`);
  };

  return {
    get served() {
      return served;
    },
    get model() {
      return model;
    },
    get site() {
      return site;
    },
    get generation() {
      return generation;
    },
    get readAt() {
      return readAt;
    },
    get targets() {
      return [...targets.values()];
    },
    report,
    async load() {
      const { site: found } = await readSiteDirectory(directory);
      if (served.size === 0) served = serveSite(found);
    },
    async publish() {
      const read = await readPageModel(control);
      readAt = now();
      model = read;
      if (read === undefined) return;
      const rendered = render(read, readAt);
      const next = serveSite(rendered, served);
      if (site === undefined || !isSame(served, next)) {
        served = next;
        site = rendered;
        generation += 1;
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake();
      }
      // Served already: a full disk is no reason for old news.
      try {
        await writer.write(rendered);
        report(directory, { writtenAt: now() });
      } catch (error) {
        report(directory, { error });
      }
    },
    async changed(since, signal) {
      if (generation > since || signal.aborted) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          waiting = waiting.filter((other) => other !== wake);
          resolve();
        };
        signal.addEventListener("abort", wake);
        waiting.push(wake);
      });
    },
  };
}

function isSame(before: ServedSite, after: ServedSite): boolean {
  return (
    before.size === after.size && [...after].every(([path, { hash }]) => before.get(path)?.hash === hash)
  );
}
