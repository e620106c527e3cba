import { openFronts, type Fronts } from "./front.ts";
import { openHome, type Home } from "./home.ts";
import { count, type Screen } from "./screen.ts";

/** What a platform stands on: its database with a past, and the addresses at which it is reached. */
export interface Ground {
  home: Home;
  fronts: Fronts;
  close(): Promise<void>;
}

/** Opens it, and says so. */
export async function openGround({
  screen,
  payments,
}: {
  screen: Screen;
  /** Payments that are there before the traffic starts. */
  payments: number;
}): Promise<Ground> {
  const started = performance.now();
  screen.passing("… PostgreSQL, and a platform with a past");
  const home = await openHome({ payments });
  screen.done(
    `PostgreSQL ${home.serverVersion}, embedded; ${count(payments)} payments ${home.seededNow ? "made" : "from an earlier start"}`,
    { tookMs: performance.now() - started },
  );
  const fronts = await openFronts();
  return {
    home,
    fronts,
    async close() {
      await fronts.close();
      await home.close();
    },
  };
}
