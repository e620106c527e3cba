/** Wakes one who waits. A ring that comes while nobody waits is heard by the next who does, until `quiet`. */
export class Bell {
  #rang = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  quiet(): void {
    this.#rang = false;
  }

  /** Returns when it rings, or after `ms` milliseconds. */
  async wait(ms: number): Promise<void> {
    if (this.#rang) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
