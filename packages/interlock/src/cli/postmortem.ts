import { Command } from "commander";
import { draftPostmortemCommand } from "./postmortem/draft.ts";
import { exportPostmortemCommand } from "./postmortem/export.ts";
import { publishPostmortemCommand } from "./postmortem/publish.ts";
import { approvePostmortemCommand, askChangesCommand, submitPostmortemCommand } from "./postmortem/review.ts";
import { seriesCommand } from "./postmortem/series.ts";
import { showPostmortemCommand } from "./postmortem/show.ts";
import { writePostmortemCommand } from "./postmortem/write.ts";

/** `interlock postmortem …`: the analysis of an incident, from its facts to the public. */
export function postmortemCommand(): Command {
  const command = new Command("postmortem").description(
    "Post-mortems: drafted from the facts in every language, read by somebody else, published.",
  );
  for (const inner of [
    draftPostmortemCommand(),
    showPostmortemCommand(),
    writePostmortemCommand(),
    submitPostmortemCommand(),
    approvePostmortemCommand(),
    askChangesCommand(),
    publishPostmortemCommand(),
    exportPostmortemCommand(),
    seriesCommand(),
  ]) {
    command.addCommand(inner);
  }
  return command;
}
