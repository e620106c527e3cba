import { Collector } from "./collector.ts";
import { leftOutReasons, type LeftOutReason } from "./observation.ts";
import { mergeStatements } from "./merge.ts";
import { recordProxy, type RecordProxy } from "./proxy.ts";
import { openSchemaCheck } from "./schema-check.ts";
import { settle } from "./settle.ts";
import type { Upstream } from "./upstream.ts";
import type { WorkloadStatement } from "./workload.ts";

/** What a recording saw, and what it did not keep. */
export interface RecordingResult {
  /** In order of their names; `prepared` and `calls` are always set. */
  statements: WorkloadStatement[];
  connections: number;
  /** Sorted by count; `what` says it in words. */
  leftOut: { reason: LeftOutReason; what: string; count: number }[];
  /** Connections that were served to their end but not understood to it, with the reason of each. */
  unreadable: readonly string[];
  /** Statements whose constants were taken out. */
  withoutConstants: number;
  /** Statements that the database could not be asked about again. */
  unchecked: number;
  /** Why the database could not be reached after the recording. */
  checkFailure: string | undefined;
}

export interface Recording {
  proxy: RecordProxy;
  /** Ends the proxy and settles what was seen. */
  finish(): Promise<RecordingResult>;
}

/**
 * Starts recording what goes through a proxy to `upstream`; clients are to be led to `proxy.host` and
 * `proxy.port`. With `samples`, values that the application sent are kept, which may be personal data;
 * without it none are (see `settleEntry`).
 */
export async function startRecording(options: { upstream: Upstream; samples: boolean }): Promise<Recording> {
  const collector = new Collector({ samples: options.samples });
  const proxy = await recordProxy({ upstream: options.upstream, observer: collector });
  return {
    proxy,
    finish: async () => {
      await proxy.close();
      return settleRecording(collector, proxy, options);
    },
  };
}

async function settleRecording(
  collector: Collector,
  proxy: RecordProxy,
  { upstream, samples }: { upstream: Upstream; samples: boolean },
): Promise<RecordingResult> {
  collector.drain();
  const opened = collector.entries.size === 0 ? undefined : await openSchemaCheck(upstream);
  const check = typeof opened === "string" ? undefined : opened;
  try {
    const settled = await settle(collector, { check, samples });
    return {
      // A value in the text and a parameter may have come to the same statement.
      statements: mergeStatements([], settled.statements),
      connections: proxy.connections,
      leftOut: [...collector.leftOutCounts]
        .map(([reason, count]) => ({ reason, what: leftOutReasons[reason], count }))
        .toSorted((left, right) => right.count - left.count),
      unreadable: proxy.unreadable,
      withoutConstants: settled.withoutConstants,
      unchecked: settled.unchecked,
      checkFailure: typeof opened === "string" ? opened : undefined,
    };
  } finally {
    await check?.close();
  }
}
