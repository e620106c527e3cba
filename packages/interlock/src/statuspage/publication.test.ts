import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Control } from "../control/control.ts";
import { makeEventFeed } from "../control/event-feed.ts";
import { useControl } from "../control/testing-control.ts";
import { Failure } from "../std/failure.ts";
import { bucketWork, publishWork } from "./publish-work.ts";
import { makePublication } from "./publication.ts";
import { seedSeventeenDecember } from "./testing-seed.ts";

const database = useControl();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let directory: string;
const ending: (() => Promise<void>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-page-"));
  return async () => {
    for (const end of ending.splice(0)) await end();
    await rm(directory, { recursive: true, force: true });
  };
});

const away: Pick<Control, "transact"> = {
  transact: async () => {
    throw new Failure({ code: "control-not-reachable", message: "The control database can't be reached." });
  },
};

async function index(): Promise<string> {
  return readFile(join(directory, "fr/index.html"), "utf8");
}

test("what is served is what is in the directory, and nothing changes while nothing changes", async () => {
  await seedSeventeenDecember(database.control);
  const publication = makePublication({ control: database.control, directory, log });
  await publication.publish();
  expect(publication.served.get("fr/index.html")?.body("identity").toString()).toBe(await index());
  const { generation } = publication;
  await publication.publish();
  expect(publication.generation).toBe(generation);
  expect(publication.targets).toMatchObject([{ place: directory, failure: null }]);
});

test("while the control database is away the last page is served on, after a new start too", async () => {
  await seedSeventeenDecember(database.control);
  await makePublication({ control: database.control, directory, log }).publish();
  const publication = makePublication({ control: away, directory, log });
  await publication.load();
  await expect(publication.publish()).rejects.toMatchObject({ code: "control-not-reachable" });
  expect(publication.served.get("fr/incidents/INC-12.html")?.body("identity").toString()).toContain("Résolu");
});

test("a directory that takes nothing is told, and the page is served all the same", async () => {
  await seedSeventeenDecember(database.control);
  const file = join(directory, "in-the-way");
  await writeFile(file, "");
  const publication = makePublication({ control: database.control, directory: file, log });
  await publication.publish();
  expect(publication.served.has("fr/index.html")).toBe(true);
  expect(publication.targets).toMatchObject([
    { place: file, writtenAt: null, failure: { message: expect.any(String) as unknown } },
  ]);
});

test("an event publishes at once; a bucket that fails is tried again until it takes the page", async () => {
  await seedSeventeenDecember(database.control);
  const { control } = database;
  const publication = makePublication({ control, directory, log });
  const feed = makeEventFeed(control, { applicationName: "interlock-server@test" });
  const until = new AbortController();
  ending.push(async () => {
    until.abort();
    await Promise.allSettled(works);
  });
  let refusals = 1;
  const taken: number[] = [];
  const writer = {
    place: "s3://status",
    write: async (site: ReadonlyMap<string, unknown>) => {
      if ((refusals -= 1) >= 0) throw new Failure({ code: "bucket-not-writable", message: "No." });
      taken.push(site.size);
      return { written: site.size, removed: 0 };
    },
  };
  const works = [feed.work, publishWork(publication, feed), bucketWork(publication, writer)].map((work) =>
    work.run(until.signal),
  );
  await expect.poll(() => taken.length, { timeout: 60_000 }).toBe(1);
  await expect
    .poll(() => Object.fromEntries(publication.targets.map(({ place, failure }) => [place, failure])), {
      timeout: 20_000,
    })
    .toEqual({ [directory]: null, "s3://status": null });
  await control.transact(async ({ query, emit }) => {
    await query(
      "insert into interlock_control.update_texts (update, locale, revision, round, body, written_by) values ('upd_2', 'fr', 3, 1, 'Corrigé.', 'test')",
    );
    emit({ kind: "update-edited", environment: "production", subject: "inc_12", detail: {} });
  });
  // Far less than the minute after which it would be looked at anyway.
  await expect
    .poll(() => publication.served.get("fr/incidents/INC-12.html")?.body("identity").toString(), {
      timeout: 20_000,
    })
    .toContain("Corrigé.");
  await expect.poll(() => taken.length, { timeout: 20_000 }).toBe(2);
});
