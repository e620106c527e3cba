import { Command } from "commander";
import { Failure } from "../../std/failure.ts";
import { addControlFlags, withControl, type ControlFlags } from "../control-flags.ts";

interface Flags extends ControlFlags {
  out: string;
  json: boolean;
}

/** `interlock statuspage build`: the whole page as files, once. */
export function statuspageBuildCommand(): Command {
  const command = new Command("build")
    .description("Write the public page as files, once. A running server does so by itself, on every change.")
    .requiredOption(
      "--out <directory>",
      "where to; what an earlier build wrote there is replaced, nothing else",
    )
    .option("--json", "print what was done as JSON", false)
    .addHelpText(
      "after",
      `
Example:
  interlock statuspage build --out /srv/status
`,
    );
  return addControlFlags(command).action(async (flags: Flags) => {
    const { readPageModel } = await import("../../statuspage/read/read-page-model.ts");
    const { renderSite } = await import("../../statuspage/render-site.ts");
    const { makeDirectoryWriter } = await import("../../statuspage/write/directory-writer.ts");
    const model = await withControl(flags, (control) => readPageModel(control));
    if (model === undefined) throw noPage();
    const site = renderSite(model, new Date());
    const done = await makeDirectoryWriter(flags.out).write(site);
    const answer = { directory: flags.out, files: site.size, ...done };
    process.stdout.write(
      flags.json
        ? `${JSON.stringify(answer)}\n`
        : `${flags.out}: ${String(site.size)} files, ${String(done.written)} written, ${String(done.removed)} removed\n`,
    );
  });
}

export function noPage(): Failure {
  return new Failure({
    code: "no-status-page",
    message: "There is no status page yet.",
    why: "Nobody has said which environment it tells of, where it is read and in which languages.",
    state: "Nothing was written.",
    next: "Say so with `interlock statuspage set`; its --help has an example.",
  });
}
