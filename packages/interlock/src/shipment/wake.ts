/** Wakes those who wait before their time: something they may be waiting for has happened in this process. */
export class Wake {
  #waiting = new Set<() => void>();

  wake(): void {
    for (const go of this.#waiting) go();
  }

  /** Returns after `ms` milliseconds, when woken, or when the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const go = (): void => {
      resolve();
    };
    const timer = setTimeout(go, ms);
    this.#waiting.add(go);
    signal.addEventListener("abort", go, { once: true });
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(go);
    signal.removeEventListener("abort", go);
  }
}

/** What the shipping of this process waits with. */
export const shippingWake = new Wake();

/** Has this server look at once for what somebody has just asked for. */
export function wakeShipping(): void {
  shippingWake.wake();
}
