import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryPaths } from "./repository-path.ts";

test("files are named from the root of the repository, wherever the command runs", async () => {
  const root = await mkdtemp(join(tmpdir(), "interlock-repository-"));
  const shop = join(root, "services/shop");
  await mkdir(shop, { recursive: true });
  await mkdir(join(root, ".git"));
  const pathOf = repositoryPaths({}, shop);
  expect(pathOf("migrations/1.sql")).toBe("services/shop/migrations/1.sql");
  expect(pathOf("../../a b.sql")).toBe("a b.sql");
  expect(pathOf("../../../elsewhere.sql")).toBe(join(root, "../elsewhere.sql"));
  await rm(join(root, ".git"), { recursive: true });
  const inCheckout = repositoryPaths({ GITHUB_WORKSPACE: root }, shop);
  expect(inCheckout(join(shop, "1.sql"))).toBe("services/shop/1.sql");
  await rm(root, { recursive: true });
});
