#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `interlock needs Node 22.18 or newer; this is ${process.version}.\nNothing was done. In a clone of the project, \`npm ci\` brings a Node of its own and \`npx interlock\` uses it.\n`,
  );
  process.exit(2);
}
module.enableCompileCache?.();
// A clone runs its sources as they are; the published package holds them compiled.
const source = new URL("../src/cli/main.ts", import.meta.url);
await import(existsSync(source) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
