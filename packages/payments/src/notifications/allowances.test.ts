import { describe, expect, test } from "vitest";
import { Allowances } from "./allowances.ts";

const quick = { answered: true, tookMs: 5 };
const slow = { answered: true, tookMs: 5_000 };
const dead = { answered: false, tookMs: 3_000 };

/** How many a receiver may have after attempts that went one after the other. */
function after(...attempts: { answered: boolean; tookMs: number }[]): number {
  const allowances = new Allowances();
  for (const attempt of attempts) {
    allowances.started("shop.example");
    allowances.finished("shop.example", attempt);
  }
  return allowances.rooms().rooms[0] ?? -1;
}

describe("what a receiver may have at once", () => {
  test.each([
    ["grows while it answers quickly", [quick, quick], 6],
    ["grows to 16", Array.from({ length: 100 }, () => quick), 16],
    ["halves when it is slow", [slow], 2],
    ["is one when it stays slow", [slow, slow, slow, slow], 1],
    ["is one when it doesn't answer", [quick, quick, dead], 1],
    ["grows again when it is back", [dead, quick, quick], 3],
  ])("%s", (_, attempts, expected) => {
    expect(after(...attempts)).toBe(expected);
  });

  test("what is on its way counts, and leaves no less than nothing", () => {
    const allowances = new Allowances();
    for (let place = 0; place < 4; place++) allowances.started("shop.example");
    expect(allowances.isFull("shop.example")).toBe(true);
    allowances.finished("shop.example", dead);
    expect(allowances.rooms()).toEqual({ receivers: ["shop.example"], rooms: [0] });
    expect(allowances.hasHalf("shop.example")).toBe(false);
    for (let place = 0; place < 3; place++) allowances.finished("shop.example", quick);
    expect(allowances.hasHalf("shop.example")).toBe(true);
  });

  test("of very many receivers, those that have nothing on its way are forgotten", () => {
    const allowances = new Allowances();
    for (let place = 0; place < 2_000; place++) {
      allowances.started(`shop${String(place)}.example`);
      if (place > 0) allowances.finished(`shop${String(place)}.example`, quick);
    }
    const { receivers, rooms } = allowances.rooms();
    expect(receivers.length).toBeLessThan(600);
    // The first one still has its notification on its way.
    expect(rooms[receivers.indexOf("shop0.example")]).toBe(3);
  });
});
