import type { ShipEvent } from "./ship-event.ts";

/** For tests only: gathers events, and lets a test wait for one instead of for some time. */
export class CollectedEvents {
  readonly all: ShipEvent[] = [];
  #waiting: { matches: (event: ShipEvent) => boolean; found: (event: ShipEvent) => void }[] = [];

  readonly on = (event: ShipEvent): void => {
    this.all.push(event);
    const met = this.#waiting.filter(({ matches }) => matches(event));
    this.#waiting = this.#waiting.filter((waiter) => !met.includes(waiter));
    for (const { found } of met) found(event);
  };

  of<T extends ShipEvent["type"]>(type: T): Extract<ShipEvent, { type: T }>[] {
    return this.all.filter((event): event is Extract<ShipEvent, { type: T }> => event.type === type);
  }

  /** The first event of this kind that has come or comes. */
  async first<T extends ShipEvent["type"]>(type: T): Promise<Extract<ShipEvent, { type: T }>> {
    const [before] = this.of(type);
    if (before !== undefined) return before;
    return new Promise((resolve) => {
      this.#waiting.push({
        matches: (event) => event.type === type,
        found: (event) => {
          if (event.type === type) resolve(event as Extract<ShipEvent, { type: T }>);
        },
      });
    });
  }
}
