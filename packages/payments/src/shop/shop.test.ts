import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProcess, type RunningProcess } from "../platform/supervisor.ts";
import { differences, startPlatform, type Platform } from "../testing/platform.ts";
import type { NotificationFigures } from "./notification-receiver.ts";
import type { ChannelFigures } from "./tally.ts";

interface Line {
  second?: number;
  ecommerce?: ChannelFigures;
  pos?: ChannelFigures;
  summary?: { ecommerce: ChannelFigures; pos: ChannelFigures; notifications: NotificationFigures };
}

describe("the shop", () => {
  let platform: Platform;
  const lines: Line[] = [];
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.2.0", migrated: false });
  });
  afterAll(async () => platform.stop());

  const startShop = async (flags: Record<string, string | number>): Promise<RunningProcess> => {
    lines.length = 0;
    return startProcess({
      name: "shop",
      flags: { apis: platform.api.url, terminals: platform.terminals.url, "ramp-ms": 0, ...flags },
      environment: { SHOP_ACCESS: JSON.stringify(platform.access) },
      onLine: (line) => void lines.push(JSON.parse(line) as Line),
      onDiagnostic: () => undefined,
    });
  };
  const summary = () => {
    const last = lines.at(-1)?.summary;
    if (last === undefined) throw new Error("the shop said no last word");
    return last;
  };

  test("a second api takes over from the first, which drains, without one failed payment", async () => {
    const shop = await startShop({ rate: 40, "pos-rate": 10, "notification-grace-ms": 20_000 });
    const second = await startProcess({
      name: "api",
      databaseUrl: platform.databaseUrl,
      environment: { NOTIFICATION_SECRET: platform.notificationMaster },
      flags: { version: "2.2.0", acquirer: platform.acquirer.url },
    });
    await sleep(500);
    shop.send({ apis: [platform.api.url, second.url] });
    await sleep(1_500);
    shop.send({ apis: [second.url] });
    expect(await platform.api.stop()).toBe(0);
    await sleep(500);
    expect(await shop.stop()).toBe(0);
    const { ecommerce, pos, notifications } = summary();
    expect(notifications).toMatchObject({ wrong: 0, waiting: 0 });
    expect(notifications.received).toBeGreaterThan(5);
    expect(ecommerce.failures).toEqual({});
    expect(pos.failures).toEqual({});
    expect(ecommerce.made).toBeGreaterThan(40);
    expect(pos.made).toBeGreaterThan(10);
    const counted = ecommerce.latency.reduce((sum, [, count]) => sum + count, 0);
    expect(counted).toBe(ecommerce.made);
    expect(await differences(platform.sql)).toEqual([]);
    expect(await second.stop()).toBe(0);
  });

  test("counts what fails, with the reason, and keeps the channels apart", async () => {
    // The first test has stopped the api: nobody answers there.
    const shop = await startShop({ rate: 20, "pos-rate": 10 });
    await sleep(700);
    await shop.stop();
    const { ecommerce, pos } = summary();
    expect(ecommerce.made).toBe(0);
    expect(ecommerce.failures).toEqual({ "create: ECONNREFUSED": ecommerce.failed });
    expect(ecommerce.failed).toBeGreaterThan(0);
    expect(pos.failed).toBe(0);
    expect(pos.made).toBeGreaterThan(0);
  });

  test("a buyer who finds too many waiting leaves, and is counted", async () => {
    const shop = await startShop({ rate: 0, "pos-rate": 200, "most-in-flight": 1 });
    await sleep(500);
    await shop.stop();
    expect(summary().pos.failures["overload"]).toBeGreaterThan(0);
  });
});

/** True while there is a process with this id. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("kill -9 of the parent leaves no process behind", async () => {
  const supervisor = new URL("../platform/supervisor.ts", import.meta.url).href;
  const parent = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `const { startProcess } = await import(${JSON.stringify(supervisor)});
       const shop = await startProcess({ name: "shop", flags: { apis: "http://127.0.0.1:1" } });
       process.stdout.write(shop.pid + "\\n");
       setInterval(() => undefined, 1000);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  const pid = Number(line);
  expect(lives(pid)).toBe(true);
  const gone = once(parent, "exit");
  parent.kill("SIGKILL");
  await gone;
  const end = Date.now() + 20_000;
  while (lives(pid) && Date.now() < end) await sleep(20);
  expect(lives(pid)).toBe(false);
});
