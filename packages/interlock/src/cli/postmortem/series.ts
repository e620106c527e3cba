import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { pushedSeriesSchema, pushSeriesSchema } from "../../api/postmortems.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** Moments that one request takes at most. */
const mostPoints = 5_000;

/** `interlock postmortem series`. */
export function seriesCommand(): Command {
  const command = new Command("series")
    .description(
      "Give what your platform counted around an incident: requests that went well and that failed.",
    )
    .argument("<incident>", "INC-12")
    .argument(
      "<file>",
      'JSON: [{"at": "2024-12-17T14:17:00+01:00", "ok": 12, "failed": 203}, …]; - for stdin',
    )
    .addHelpText("after", "\nExample:\n  interlock postmortem series INC-12 requests.json\n");
  return addServerFlags(command).action(async (incident: string, file: string, flags: ServerFlags) => {
    const points = await readPoints(file);
    const client = await openServerClient(flags);
    let kept = 0;
    for (let first = 0; first < points.length; first += mostPoints) {
      const body = { points: points.slice(first, first + mostPoints) };
      const path = `/incidents/${encodeURIComponent(incident)}/series`;
      kept = pushedSeriesSchema.parse(await client.request("POST", path, body)).points;
    }
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ points: kept })}\n`
        : `${String(kept)} moments of ${incident} are counted.\n`,
    );
  });
}

async function readPoints(file: string): Promise<{ at: string; ok: number; failed: number }[]> {
  try {
    const given: unknown = JSON.parse(await readFile(file === "-" ? "/dev/stdin" : file, "utf8"));
    return pushSeriesSchema.shape.points.element.array().min(1).parse(given);
  } catch (error) {
    throw new Failure({
      code: "usage",
      message: `The figures in ${file} can't be read.`,
      why: messageOf(error),
      state: "Nothing was sent.",
      next: 'Write [{"at": "2024-12-17T14:17:00+01:00", "ok": 12, "failed": 203}, …].',
      cause: error,
    });
  }
}
