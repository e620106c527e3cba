import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { keepResult } from "../../e2e/keep-result.ts";
import {
  openModel,
  cet,
  largeModel,
  resolvedModel,
} from "../../packages/interlock/src/statuspage/testing-models.ts";
import { renderSite } from "../../packages/interlock/src/statuspage/render-site.ts";
import { makeDirectoryWriter } from "../../packages/interlock/src/statuspage/write/directory-writer.ts";
import { load, type Load } from "./load.ts";

// `npm run bench -- statuspage`: the page as `interlock statuspage serve` serves it, alone: no Interlock server and no
// PostgreSQL run. 12 components, 90 days and an open incident; wrk on the same machine. Each is measured five times and
// the median told, all are kept: others' work on the machine shows in single runs. STATUSPAGE_SECONDS makes it shorter.

const seconds = Number(process.env["STATUSPAGE_SECONDS"] ?? 5);
const connections = 64;
const runs = 5;
const bin = resolve(import.meta.dirname, "../../packages/interlock/bin/interlock.js");

/** Measures, prints it, and writes it to bench/results/. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "interlock-bench-page-"));
  const writer = makeDirectoryWriter(directory);
  const measuredSite = renderSite(largeModel({ groups: 2, members: 6 }), cet("15:45"));
  const turns: (Load & { what: string; workers: number; all: Load[] })[] = [];
  let bytes = 0;
  const visibleMs: number[] = [];
  try {
    for (const workers of [1, 2]) {
      await writer.write(measuredSite);
      const served = await serve(directory, workers);
      try {
        bytes = await compressedBytes(served.url);
        const kinds: [string, string, Record<string, string>][] = [
          ["the page, brotli", "/en/index.html", { "accept-encoding": "br" }],
          [
            "the page, 304",
            "/en/index.html",
            { "accept-encoding": "br", "if-none-match": await etagOf(served.url) },
          ],
          ["summary.json, gzip", "/api/v2/summary.json", { "accept-encoding": "gzip" }],
        ];
        for (const [what, path, headers] of kinds) {
          await load(served.url + path, { seconds: 1, connections, headers });
          const all: Load[] = [];
          for (let turn = 0; turn < runs; turn += 1) {
            all.push(await load(served.url + path, { seconds, connections, headers }));
          }
          const measured = medianOf(all);
          turns.push({ what, workers, ...measured, all });
          process.stdout.write(
            `${what}, ${String(workers)} worker${workers === 1 ? "" : "s"}: ${String(measured.requestsPerSecond)} requests/s, p50 ${String(measured.p50Ms)} ms, p99 ${String(measured.p99Ms)} ms, ${String(measured.failed)} failed\n`,
          );
        }
        if (workers === 1) visibleMs.push(...(await publishToVisible(served.url, writer.write)));
      } finally {
        await served.stop();
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const slowest = Math.max(...visibleMs);
  process.stdout.write(
    `page and style sheet ${String(bytes)} bytes compressed; from writing to visible ${String(slowest)} ms at most of ${String(visibleMs.length)}\n`,
  );
  await keepResult("statuspage", {
    settings: { runs, seconds, connections, generator: "wrk, one thread, same machine" },
    turns,
    compressedBytes: bytes,
    visibleMs: { most: slowest, all: visibleMs },
  });
}

/** The run in the middle, by its rate. */
function medianOf(all: readonly Load[]): Load {
  const sorted = all.toSorted((left, right) => left.requestsPerSecond - right.requestsPerSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

async function serve(
  directory: string,
  workers: number,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(
    process.execPath,
    [bin, "statuspage", "serve", directory, "--port", "0", "--workers", String(workers)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    url: line,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function compressedBytes(url: string): Promise<number> {
  let sum = 0;
  for (const path of ["/en/index.html", "/style.css"]) {
    const { headers } = await fetch(url + path, { method: "HEAD", headers: { "accept-encoding": "br" } });
    sum += Number(headers.get("content-length"));
  }
  return sum;
}

async function etagOf(url: string): Promise<string> {
  const { headers } = await fetch(`${url}/en/index.html`, {
    method: "HEAD",
    headers: { "accept-encoding": "br" },
  });
  return headers.get("etag") ?? "";
}

/** From the moment an update is rendered and written until the server, which only follows the directory, shows it. */
async function publishToVisible(
  url: string,
  write: ReturnType<typeof makeDirectoryWriter>["write"],
): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const model = turn % 2 === 0 ? openModel() : resolvedModel();
    const began = performance.now();
    const site = renderSite(model, cet("15:45"));
    await write(site);
    const wanted = site.get("en/index.html")?.body.toString("utf8");
    while ((await (await fetch(`${url}/en/index.html`)).text()) !== wanted) {
      if (performance.now() - began > 30_000)
        throw new Error("the update did not become visible in 30 seconds");
      await new Promise((wait) => setTimeout(wait, 10));
    }
    times.push(Math.round(performance.now() - began));
  }
  return times;
}
