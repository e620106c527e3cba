import type { Access } from "../seed/access.ts";
import { addAgedDecisions } from "./aged-rows.ts";
import { challenge } from "./scenes/challenge.ts";
import { defer } from "./scenes/defer.ts";
import { expire } from "./scenes/expire.ts";
import { keepBooks } from "./scenes/keep-books.ts";
import { notify } from "./scenes/notify.ts";
import { payInParts } from "./scenes/pay-in-parts.ts";
import { pay } from "./scenes/pay.ts";
import { recover } from "./scenes/recover.ts";
import { refund } from "./scenes/refund.ts";
import { saveCard } from "./scenes/save-card.ts";
import { startPlayers } from "./start-players.ts";
import { openStage, type Stage } from "./stage.ts";

const scenes: readonly ((stage: Stage) => Promise<void>)[] = [
  pay,
  defer,
  expire,
  challenge,
  refund,
  saveCard,
  payInParts,
  keepBooks,
  notify,
  recover,
];

/**
 * Everything that merchants and card holders do with one release of the Payment API, and everything that its
 * worker does meanwhile. Ends with nothing under way. Throws when something ends otherwise than it should.
 */
export async function exercisePayments(options: {
  version: string;
  journal: string;
  access: Access;
  /** DATABASE_URL when left out. */
  databaseUrl?: string;
}): Promise<void> {
  await addAgedDecisions(options.journal);
  const players = await startPlayers(options);
  try {
    const stage = openStage({ ...players, access: options.access });
    for (const scene of scenes) await scene(stage);
  } finally {
    await players.stop();
  }
}
