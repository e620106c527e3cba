/**
 * Something that a server does for as long as it runs, or for as long as it leads. `run` goes on until its signal
 * is aborted; when it rejects before, that is logged and it is run again after a pause.
 */
export interface Work {
  /** `observe environments`; for the log. */
  name: string;
  run(signal: AbortSignal): Promise<void>;
}
