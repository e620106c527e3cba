import { Command, CommanderError } from "commander";
import { exitCodeOfFailure, printFailure } from "./failure.ts";
import { version } from "../std/version.ts";

/** Only what is asked for is loaded: a check should not wait for the code of every other command. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  record: async () => (await import("./record.ts")).recordCommand(),
  check: async () => (await import("./check.ts")).checkCommand(),
  explain: async () => (await import("./explain.ts")).explainCommand(),
  stats: async () => (await import("./stats.ts")).statsCommand(),
  plan: async () => (await import("./plan.ts")).planCommand(),
  ship: async () => (await import("./ship.ts")).shipCommand(),
  status: async () => (await import("./status.ts")).statusCommand(),
  resume: async () => (await import("./resume.ts")).resumeCommand(),
  rollback: async () => (await import("./rollback.ts")).rollbackCommand(),
  guard: async () => (await import("./guard.ts")).guardCommand(),
  watch: async () => (await import("./watch.ts")).watchCommand(),
  serve: async () => (await import("./serve.ts")).serveCommand(),
  gate: async () => (await import("./gate.ts")).gateCommand(),
  block: async () => (await import("./block.ts")).blockCommand(),
  rule: async () => (await import("./rule.ts")).ruleCommand(),
  approve: async () => (await import("./approve.ts")).approveCommand(),
  override: async () => (await import("./override.ts")).overrideCommand(),
  incident: async () => (await import("./incident.ts")).incidentCommand(),
  component: async () => (await import("./component.ts")).componentCommand(),
  maintenance: async () => (await import("./maintenance.ts")).maintenanceCommand(),
  oncall: async () => (await import("./oncall.ts")).oncallCommand(),
  statuspage: async () => (await import("./statuspage.ts")).statusPageCommand(),
  probe: async () => (await import("./probe.ts")).probeCommand(),
  signal: async () => (await import("./signal.ts")).signalCommand(),
  postmortem: async () => (await import("./postmortem.ts")).postmortemCommand(),
  figures: async () => (await import("./figures.ts")).figuresCommand(),
  action: async () => (await import("./action.ts")).actionCommand(),
  backtest: async () => (await import("./backtest.ts")).backtestCommand(),
  token: async () => (await import("./token.ts")).tokenCommand(),
  audit: async () => (await import("./audit.ts")).auditCommand(),
  environment: async () => (await import("./environment.ts")).environmentCommand(),
  release: async () => (await import("./release.ts")).releaseCommand(),
  workload: async () => (await import("./workload.ts")).workloadCommand(),
  change: async () => (await import("./change.ts")).changeCommand(),
  subscriber: async () => (await import("./subscriber.ts")).subscriberCommand(),
  shipment: async () => (await import("./shipment.ts")).shipmentCommand(),
  replay: async () => (await import("./replay.ts")).replayCommand(),
};

const program = new Command("interlock")
  .description(
    "Ships PostgreSQL changes separately from the application without anyone noticing, and refuses the ones that would hurt.",
  )
  .version(version())
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("(interlock --help says more)")
  .addHelpText("after", "\nExit codes: 0 go, 1 blocked, 2 failed, 3 unknown.\n");

const asked = commands[process.argv[2] ?? ""];
for (const load of asked === undefined ? Object.values(commands) : [asked]) {
  program.addCommand(await load());
}
// Each command says what it can't do in its own words; commander's own exits would all be 1, which means "blocked".
const refuse = (command: Command): void => {
  command.exitOverride();
  for (const inner of command.commands) refuse(inner);
};
refuse(program);

// Nobody reads on, such as behind `| head`: what was begun comes to its end all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    printFailure(error);
    process.exitCode = exitCodeOfFailure(error);
  }
}
