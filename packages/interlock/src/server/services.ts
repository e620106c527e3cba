import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import type { EventFeed } from "../control/event-feed.ts";
import type { EvidenceServices } from "../evidence/services.ts";
import type { GithubSettings } from "../gate/github/settings.ts";
import type { GateServices } from "../gate/services.ts";
import type { NotifySettings } from "../notify/settings.ts";
import type { Publication } from "../statuspage/publication.ts";
import type { StatuspageSettings } from "../statuspage/write/settings.ts";
import type { Log } from "../std/log.ts";

/** What routes and background work are made from. `start-server.ts` makes them once, at start. */
export interface Services {
  control: Control;
  sealer: Sealer;
  log: Log;
  /** The events of the control database, as they come. */
  feed: EventFeed;
  /** Where this server keeps what is its own: its data directory. */
  directory: string;
  /** Sessions on the targets, and what was read of evidence before. */
  evidence: EvidenceServices;
  /** What the gate decides from. */
  readFacts: GateServices["readFacts"];
  /** How people are told. */
  notify: NotifySettings;
  /** The public page of this server, and where it is written to. */
  publication: Publication;
  statuspage: StatuspageSettings;
  /** Null where GitHub is not answered. */
  github: GithubSettings | null;
}
