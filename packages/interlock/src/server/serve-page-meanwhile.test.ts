import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { beforeEach, expect, test } from "vitest";
import { Failure } from "../std/failure.ts";
import { renderSite } from "../statuspage/render-site.ts";
import { cet, resolvedModel } from "../statuspage/testing-models.ts";
import { makeDirectoryWriter } from "../statuspage/write/directory-writer.ts";
import { servePageMeanwhile } from "./serve-page-meanwhile.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let directory: string;
let port: number;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-meanwhile-"));
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  ({ port } = probe.address() as AddressInfo);
  await new Promise((closed) => probe.close(closed));
  return async () => rm(directory, { recursive: true, force: true });
});

const unreachable = new Failure({ code: "database-not-reachable", message: "It can't be reached." });

test("while the control database is away the page is served and nothing else, and then no more", async () => {
  await makeDirectoryWriter(directory).write(renderSite(resolvedModel(), cet("15:45")));
  let isAway = true;
  const started = servePageMeanwhile(
    async () => {
      if (isAway) throw unreachable;
    },
    { directory, host: "127.0.0.1", port, log },
  );
  const ask = async (path: string): Promise<Response | undefined> =>
    fetch(`http://127.0.0.1:${String(port)}${path}`, { redirect: "manual" }).catch(() => undefined);
  await expect
    .poll(async () => (await ask("/status/fr/incidents/INC-12.html"))?.status, { timeout: 30_000 })
    .toBe(200);
  expect((await ask("/status"))?.headers.get("location")).toBe("/status/fr/");
  expect((await ask("/healthz"))?.status).toBe(200);
  for (const path of ["/readyz", "/api/v1/whoami", "/statuses"]) expect((await ask(path))?.status).toBe(503);
  isAway = false;
  await started;
  expect(await ask("/status/fr/index.html")).toBeUndefined();
});

test("where there is no page, or something is wrong that waiting does not mend, it is said at once", async () => {
  const where = { directory, host: "127.0.0.1", port, log };
  const away = async (): Promise<void> => {
    throw unreachable;
  };
  await expect(servePageMeanwhile(away, where)).rejects.toBe(unreachable);
  await makeDirectoryWriter(directory).write(renderSite(resolvedModel(), cet("15:45")));
  const newer = new Failure({ code: "control-schema-newer", message: "It is newer." });
  await expect(
    servePageMeanwhile(async () => {
      throw newer;
    }, where),
  ).rejects.toBe(newer);
});
