import { Command, CommanderError } from "commander";
import { checkCommand } from "./check.ts";
import { printFailure } from "./failure.ts";
import { planCommand } from "./plan.ts";
import { recordCommand } from "./record.ts";
import { resumeCommand } from "./resume.ts";
import { rollbackCommand } from "./rollback.ts";
import { shipCommand } from "./ship.ts";
import { statusCommand } from "./status.ts";
import { version } from "./version.ts";

const program = new Command("interlock")
  .description(
    "Ships PostgreSQL changes separately from the application without anyone noticing, and refuses the ones that would hurt.",
  )
  .version(version())
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("(interlock --help says more)")
  .addHelpText("after", "\nExit codes: 0 go, 1 blocked, 2 failed, 3 unknown.\n");

for (const command of [
  recordCommand(),
  checkCommand(),
  planCommand(),
  shipCommand(),
  statusCommand(),
  resumeCommand(),
  rollbackCommand(),
]) {
  program.addCommand(command);
}
// Each command says what it can't do in its own words; commander's own exits would all be 1, which means "blocked".
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    printFailure(error);
    process.exitCode = 2;
  }
}
