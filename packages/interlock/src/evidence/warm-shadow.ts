import { openShadow, type Shadow } from "../shadow/open-shadow.ts";

/** How long the shadow stays up after the last rehearsal, and after the process that held it, in milliseconds. */
const idleMs = 300_000;
export const afterwardsMs = 1_000;

/**
 * Holds the embedded shadow up between rehearsals, so that the next one finds it warm. It goes with the process that
 * holds it, however that ends.
 */
export class WarmShadow {
  #held: Shadow | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Has one up, and for a while from now. A rehearsal opens its own all the same: without this one it is only slower. */
  async hold(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#held !== undefined && !(await answers(this.#held))) await this.letGo();
    this.#held ??= await openShadow({ keepMs: afterwardsMs });
    this.#timer = setTimeout(() => void this.letGo(), idleMs);
    this.#timer.unref();
  }

  async letGo(): Promise<void> {
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = undefined;
    // One that broke has nothing to be closed.
    await held?.close().catch(() => undefined);
  }
}

async function answers(shadow: Shadow): Promise<boolean> {
  try {
    await shadow.administer("select 1");
    return true;
  } catch {
    return false;
  }
}
