import type { Network } from "../network/network.ts";
import type { Acquiring } from "../operations/acquiring.ts";

/** What every route works with. */
export interface AcquirerServer extends Acquiring {
  network: Network;
  /** Where browsers reach the acquirer. Known once it listens. */
  publicUrl: string;
}
