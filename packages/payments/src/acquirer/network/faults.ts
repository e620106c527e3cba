import type { Delivery } from "../test-cards.ts";

/** `down`: the request is turned away before anybody looks at it. */
export type Fault = Exclude<Delivery, "given"> | "down";

const kinds: readonly Fault[] = ["down", "lost", "late", "decided-late", "twice"];

export type Faults = ReadonlyMap<Fault, number>;

/** How often what goes wrong, for a text such as `lost=0.01,twice=0.002`; "" is never. Throws for anything else. */
export function readFaults(text: string): Faults {
  const faults = new Map<Fault, number>();
  for (const part of text.split(",").filter((piece) => piece !== "")) {
    const [name, value = ""] = part.split("=");
    const kind = kinds.find((known) => known === name);
    const rate = Number(value);
    if (kind === undefined || value === "" || !(rate >= 0 && rate <= 1)) {
      throw new Error(`a fault reads like lost=0.01 and is one of ${kinds.join(", ")}, not ${part}`);
    }
    faults.set(kind, rate);
  }
  if ([...faults.values()].reduce((sum, rate) => sum + rate, 0) > 1) {
    throw new Error("more than everything can't go wrong");
  }
  return faults;
}

/** What goes wrong with the next request, or undefined. */
export function drawFault(faults: Faults, random: () => number): Fault | undefined {
  if (faults.size === 0) return undefined;
  let drawn = random();
  for (const [kind, rate] of faults) {
    if (drawn < rate) return kind;
    drawn -= rate;
  }
  return undefined;
}
