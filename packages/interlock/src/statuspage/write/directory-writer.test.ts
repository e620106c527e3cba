import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { renderSite } from "../render-site.ts";
import { followDirectory } from "../serve/serve-directory.ts";
import type { Site } from "../site-file.ts";
import { cet, largeModel, resolvedModel } from "../testing-models.ts";
import { makeDirectoryWriter } from "./directory-writer.ts";
import { readSiteDirectory } from "./read-directory.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-site-"));
  return async () => rm(directory, { recursive: true, force: true });
});

const now = cet("15:45");
const small = renderSite(resolvedModel(), now);
const large = renderSite(largeModel({ groups: 1, members: 2 }), now);

async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function expectExactly(site: Site): Promise<void> {
  const { site: found, isWhole } = await readSiteDirectory(directory);
  expect(isWhole).toBe(true);
  expect([...found.keys()].toSorted()).toEqual([...site.keys()].toSorted());
  for (const [path, { body }] of site)
    expect([path, found.get(path)?.body.equals(body)]).toEqual([path, true]);
  const visible = (await filesIn(directory)).filter((path) => !path.includes("/.interlock-"));
  expect(visible).toHaveLength(site.size);
}

describe("writing", () => {
  test("makes the directory hold the site, and writes nothing twice", async () => {
    const writer = makeDirectoryWriter(directory);
    expect(await writer.write(small)).toEqual({ written: small.size, removed: 0 });
    await expectExactly(small);
    const before = await stat(join(directory, "fr/index.html"));
    expect(await writer.write(small)).toEqual({ written: 0, removed: 0 });
    // Nor does a process that comes after it.
    expect(await makeDirectoryWriter(directory).write(small)).toEqual({ written: 0, removed: 0 });
    expect((await stat(join(directory, "fr/index.html"))).mtimeMs).toBe(before.mtimeMs);
  });

  test("removes what is no longer there, and nothing that is not its own", async () => {
    await writeFile(join(directory, "CNAME"), "status.example.com");
    const writer = makeDirectoryWriter(directory);
    await writer.write(large);
    const { removed } = await writer.write(small);
    expect(removed).toBeGreaterThan(0);
    expect(await readFile(join(directory, "CNAME"), "utf8")).toBe("status.example.com");
    await rm(join(directory, "CNAME"));
    await expectExactly(small);
  });

  test("mends what a crash of the machine, or somebody else, has left", async () => {
    await makeDirectoryWriter(directory).write(small);
    await truncate(join(directory, "fr/index.html"), 0);
    await rm(join(directory, "style.css"));
    expect(await makeDirectoryWriter(directory).write(small)).toEqual({ written: 2, removed: 0 });
    await expectExactly(small);
  });

  test("takes no path out of the directory from a manifest that was tampered with", async () => {
    const outside = `${directory}-outside`;
    await writeFile(outside, "mine");
    await writeFile(
      join(directory, ".interlock-statuspage.json"),
      JSON.stringify({ files: { [`../${outside.split("/").at(-1) ?? ""}`]: "x", "/etc/hostname": "x" } }),
    );
    await makeDirectoryWriter(directory).write(small);
    expect(await readFile(outside, "utf8")).toBe("mine");
    await rm(outside);
  });
});

async function readHere(path: string): Promise<string | undefined> {
  return readFile(join(directory, path), "utf8").catch(() => undefined);
}

/** Reads a page and what it links to, as a browser does, and says what is torn or missing. */
async function faultsOf(read: (path: string) => Promise<string | undefined>): Promise<string[]> {
  const faults: string[] = [];
  const index = await read("fr/index.html");
  if (index === undefined) return ["no index"];
  if (!index.trimEnd().endsWith("</html>")) faults.push("half a page");
  for (const [, href = ""] of index.matchAll(/href="([^"#:]+\.(?:html|css|svg|atom|rss|ics|json))"/g)) {
    const path = new URL(href, "http://x/fr/index.html").pathname.slice(1);
    const body = await read(path);
    if (body === undefined) {
      // It may have gone since: then a page that is read now does not lead there.
      if ((await read("fr/index.html"))?.includes(href) === true && (await read(path)) === undefined)
        faults.push(path);
    } else if (path.endsWith(".html") && !body.trimEnd().endsWith("</html>")) faults.push(`half of ${path}`);
    else if (path.endsWith(".json")) JSON.parse(body);
  }
  return faults;
}

test("whoever reads while it is written never gets half a file nor a dead link", async () => {
  const writer = makeDirectoryWriter(directory);
  await writer.write(small);
  const writing = new AbortController();
  const write = (async () => {
    for (let turn = 0; turn < 20; turn += 1) await writer.write(turn % 2 === 0 ? large : small);
    writing.abort();
  })();
  const faults: string[] = [];
  let reads = 0;
  while (!writing.signal.aborted) {
    faults.push(...(await faultsOf(readHere)));
    reads += 1;
  }
  await write;
  expect(faults).toEqual([]);
  expect(reads).toBeGreaterThan(0);
});

test("a writer that can't go on half-way has led nobody to what is not there, and goes on later", async () => {
  const writer = makeDirectoryWriter(directory);
  await writer.write(small);
  // A page that others link to can't be put where it belongs.
  const blocked = join(directory, "fr/incidents/INC-212.html");
  await mkdir(join(blocked, "in-the-way"), { recursive: true });
  await expect(writer.write(large)).rejects.toThrow("INC-212.html");
  expect(await faultsOf(readHere)).toEqual([]);
  expect(await readHere("fr/incidents/INC-12.html")).toContain("</html>");
  await rm(blocked, { recursive: true });
  await writer.write(large);
  await expectExactly(large);
});

test("a writer that is killed at any point leaves whole pages, and the next one finishes its work", async () => {
  await makeDirectoryWriter(directory).write(small);
  for (let kill = 0; kill < 4; kill += 1) {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "testing-directory-child.ts"), directory],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    for (let turn = 0; turn <= kill; turn += 1) await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await faultsOf(readHere)).toEqual([]);
    const followed = await followDirectory(directory);
    expect(followed.served.has("fr/index.html")).toBe(true);
  }
  await makeDirectoryWriter(directory).write(small);
  await expectExactly(small);
});

describe("a server that follows the directory", () => {
  test("takes a new set as a whole, and none while it is being written", async () => {
    const writer = makeDirectoryWriter(directory);
    await writer.write(small);
    const followed = await followDirectory(directory);
    const stop = new AbortController();
    const following = followed.follow(stop.signal);
    await writer.write(large);
    await expect.poll(() => followed.served.has("fr/incidents/INC-212.html"), { timeout: 30_000 }).toBe(true);
    expect(followed.served.size).toBe(large.size);
    // Torn: one file is not what the manifest says, as while somebody writes.
    await writeFile(join(directory, "fr/index.html"), "half");
    await writeFile(
      join(directory, ".interlock-statuspage.json"),
      await readFile(join(directory, ".interlock-statuspage.json")),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(followed.served.get("fr/index.html")?.body("identity").toString()).toContain("</html>");
    stop.abort();
    await following;
  });

  test("serves any directory of files, too", async () => {
    await writeFile(join(directory, "index.html"), "hello");
    const followed = await followDirectory(directory);
    expect([...followed.served.keys()]).toEqual(["index.html"]);
  });
});
