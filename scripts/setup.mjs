// Brings a fresh clone to the point where `npm start` and `npm test` work: installs what is missing,
// and nothing when nothing is. Runs on any Node from 18 on, so it uses no newer syntax.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, "package-lock.json");
const installed = join(root, "node_modules", ".package-lock.json");
const node = join(root, "node_modules", ".bin", "node");

const upToDate =
  existsSync(installed) && existsSync(node) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;

if (!upToDate) {
  process.stderr.write("Installing what this clone needs (once) …\n");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", args, { cwd: root, stdio: "inherit" });
  if (run.status !== 0 || !existsSync(node)) {
    process.stderr.write(
      "The installation did not finish; nothing else was started. Run `npm ci` to see why.\n",
    );
    process.exit(run.status || 2);
  }
}
