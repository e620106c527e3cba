#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";
import v8 from "node:v8";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `interlock needs Node 22.18 or newer; this is ${process.version}.\nNothing was done. In a clone of the project, \`npm ci\` brings a Node of its own and \`npx interlock\` uses it.\n`,
  );
  process.exit(2);
}
// PostgreSQL's parser is a huge function of WebAssembly. Optimising it takes V8 half a gigabyte and a fifth of a second
// of a core, for every command anew, and makes it no faster: 12 ms for 226 migrations either way.
v8.setFlagsFromString("--no-wasm-dynamic-tiering");
v8.setFlagsFromString("--no-wasm-tier-up");
module.enableCompileCache?.();
// A clone runs its sources as they are; the published package holds them compiled.
const source = new URL("../src/cli/main.ts", import.meta.url);
await import(existsSync(source) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
