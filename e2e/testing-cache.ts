import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { removing } from "./run-start.ts";

/** For tests only: where `npm start` keeps its data; gone after the tests. */
export function useCache(): { readonly path: string } {
  let path = "";
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), "il-"));
  });
  afterAll(() => rm(path, removing));
  return {
    get path() {
      return path;
    },
  };
}
