// npm run pack [-- DIRECTORY]: makes the npm package of pg-interlock, by default in dist/: compiled, because Node runs no TypeScript below
// node_modules, with its exports pointing at what was compiled.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const source = join(root, "packages/interlock");
const output = process.argv[2] ?? join(root, "dist");
const staging = join(output, "pg-interlock");

rmSync(staging, { recursive: true, force: true });
mkdirSync(staging, { recursive: true });
execFileSync(
  join(root, "node_modules/.bin/tsc"),
  ["--project", join(source, "tsconfig.build.json"), "--outDir", join(staging, "dist")],
  { stdio: "inherit" },
);
// What a starting server ships to its own database.
const migrations = "control/migrations";
cpSync(join(source, "src", migrations), join(staging, "dist", migrations), {
  recursive: true,
  filter: (path) => !path.endsWith(".sql"),
});
// What `interlock explain` prints.
for (const folder of ["findings", "operations"])
  cpSync(join(root, "docs", folder), join(staging, "docs", folder), { recursive: true });
cpSync(join(source, "bin"), join(staging, "bin"), { recursive: true });
for (const file of ["README.md", "LICENSE", "CHANGELOG.md"]) cpSync(join(root, file), join(staging, file));

const described = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as {
  exports: Record<string, string>;
  devDependencies?: unknown;
};
const { devDependencies: _, exports, ...published } = described;
const compiled = Object.fromEntries(
  Object.entries(exports).map(([name, path]) => [
    name,
    path.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, ".js"),
  ]),
);
writeFileSync(
  join(staging, "package.json"),
  `${JSON.stringify({ ...published, exports: compiled }, null, 2)}\n`,
);
execFileSync("npm", ["pack", "--silent", "--pack-destination", output], {
  cwd: staging,
  stdio: "inherit",
});
