import { styleText } from "node:util";
import { factsOf, Failure, type FailureFacts } from "../std/failure.ts";

/** Tells the user on standard error what could not be done, why, what state things are in, and what to do now. */
export function printFailure(thrown: unknown): void {
  const facts = factsOf(thrown);
  const colour = process.stderr.isTTY === true && process.env["NO_COLOR"] === undefined;
  process.stderr.write(`${renderFailure(facts, { colour })}\n`);
  if (!(thrown instanceof Failure)) {
    process.stderr.write(
      "  next   this is a fault in interlock itself; please report it with the command you ran\n",
    );
    if (process.env["INTERLOCK_DEBUG"] !== undefined && thrown instanceof Error) {
      process.stderr.write(`${thrown.stack ?? ""}\n`);
    }
  }
}

/** A refusal of the gate is an answer: 1 blocked, 3 unknown. Everything else has failed: 2. */
export function exitCodeOfFailure(thrown: unknown): number {
  const { code } = factsOf(thrown);
  if (code === "blocked-by-gate") return 1;
  return code === "unknown-to-gate" ? 3 : 2;
}

/** A failure as text: `error[code]: message`, then a line each for why, state and next. */
export function renderFailure(facts: FailureFacts, { colour }: { colour: boolean }): string {
  const red = (text: string): string =>
    colour ? styleText(["red", "bold"], text, { validateStream: false }) : text;
  return [
    `${red(`error[${facts.code}]`)}: ${facts.message}`,
    ...line("why", facts.why),
    ...line("state", facts.state),
    ...line("next", facts.next),
  ].join("\n");
}

function line(label: string, text: string | undefined): string[] {
  return text === undefined || text === ""
    ? []
    : [`  ${label.padEnd(7)}${text.replaceAll("\n", `\n${" ".repeat(9)}`)}`];
}
