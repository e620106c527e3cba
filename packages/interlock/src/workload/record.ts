import { childEnvironment } from "./child-environment.ts";
import { mergeStatements } from "./merge.ts";
import { readEarlier } from "./save.ts";
import { startRecording, type RecordingResult } from "./recording.ts";
import { runChild, type ChildEnd } from "./run-child.ts";
import { readUpstream } from "./upstream.ts";
import { writeWorkload } from "./write.ts";

export interface RecordOptions {
  app: string;
  version: string;
  /** The workload file. One that is there is added to. */
  path: string;
  /** Overwrites the file instead. */
  replace: boolean;
  samples: boolean;
  databaseUrl: string;
  command: readonly [string, ...string[]];
  environment: Readonly<Record<string, string | undefined>>;
}

/** What a recording made. */
export interface Recorded extends Omit<RecordingResult, "statements"> {
  app: string;
  version: string;
  path: string;
  /** Statements seen in this recording. */
  recorded: number;
  /** Statements in the file now, and how many of them were not there before. */
  inFile: number;
  added: number;
  /** False where nothing was seen: an empty workload would let every change pass. */
  written: boolean;
  child: ChildEnd;
}

/**
 * Runs a command with its database behind a recording proxy and writes the workload file, whatever the
 * command's exit code. Throws `Failure` for a URL, a file or a command that can't be used; the file is
 * looked at before the command is run.
 */
export async function record(options: RecordOptions): Promise<Recorded> {
  const { app, version, path, samples, command, environment } = options;
  const upstream = await readUpstream(options.databaseUrl, environment);
  const earlier = await readEarlier(options);
  const recording = await startRecording({ upstream, samples });
  let child: ChildEnd;
  try {
    child = await runChild(command, childEnvironment(environment, upstream, recording.proxy));
  } catch (error) {
    await recording.proxy.close(0);
    throw error;
  }
  const { statements: seen, ...rest } = await recording.finish();
  const statements = mergeStatements(earlier, seen);
  const written = seen.length > 0;
  if (written) await writeWorkload(path, { format: "interlock-workload/1", app, version, statements });
  const added = statements.length - earlier.length;
  return {
    ...rest,
    app,
    version,
    path,
    recorded: seen.length,
    inFile: statements.length,
    added,
    written,
    child,
  };
}
