/** How long traffic is watched in each phase, in ms. */
export interface Pace {
  /** The rate has risen by then, and code is warm. */
  settleMs: number;
  quietMs: number;
  /** After Interlock has done its part. */
  afterMs: number;
  /** A release that has just started gets its share of requests little by little. */
  warmUpMs: number;
  bothMs: number;
}

/** To compare latencies. */
export const measuring: Pace = {
  settleMs: 3_500,
  quietMs: 4_000,
  afterMs: 1_000,
  warmUpMs: 2_500,
  bothMs: 3_000,
};

/** To see only whether anything fails or is lost. */
export const hurried: Pace = { settleMs: 500, quietMs: 300, afterMs: 200, warmUpMs: 300, bothMs: 800 };

/** To compare latencies, more roughly. */
export const quick: Pace = { ...measuring, settleMs: 2_500, quietMs: 2_500, bothMs: 2_000 };
