/** Wakes what waits for something to do; who rings while nobody waits is heard by the next who does. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Returns when it is rung, after `ms` milliseconds, or when the signal is aborted. One waits at a time. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const go = (): void => {
        resolve();
      };
      const timer = setTimeout(go, ms);
      this.#wake = go;
      signal.addEventListener("abort", go, { once: true });
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
      signal.removeEventListener("abort", go);
    }
    this.#rung = false;
  }
}
