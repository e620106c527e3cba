// For tests only: a writer that goes on and on, to be killed. `node testing-directory-child.ts DIRECTORY`.
import { cet, largeModel, resolvedModel } from "../testing-models.ts";
import { renderSite } from "../render-site.ts";
import { makeDirectoryWriter } from "./directory-writer.ts";

const writer = makeDirectoryWriter(process.argv[2] ?? "");
const sites = [
  renderSite(largeModel({ groups: 1, members: 2 }), cet("15:45")),
  renderSite(resolvedModel(), cet("15:45")),
];
for (let turn = 0; ; turn += 1) {
  await writer.write(sites[turn % 2] ?? new Map());
  process.stdout.write(`${String(turn)}\n`);
}
