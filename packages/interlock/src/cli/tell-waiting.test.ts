import { afterEach, expect, test, vi } from "vitest";
import { tellWaiting } from "./tell-waiting.ts";

const isTerminal = process.stderr.isTTY;
afterEach(() => {
  process.stderr.isTTY = isTerminal;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

function watch({ terminal }: { terminal: boolean }): string[] {
  const written: string[] = [];
  vi.stubEnv("CI", undefined);
  vi.useFakeTimers();
  process.stderr.isTTY = terminal;
  vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  return written;
}

test("a terminal shows what is waited for and for how long, and nothing of it stays", async () => {
  const written = watch({ terminal: true });
  const { promise, resolve } = Promise.withResolvers<number>();
  const told = tellWaiting("planning", async () => promise);
  await vi.advanceTimersByTimeAsync(2_000);
  resolve(7);
  expect(await told).toBe(7);
  const texts = written.map((text) => text.replace("\r\u001B[2K", ""));
  expect(texts).toEqual(["planning …", "planning … 1 s", "planning … 2 s", ""]);
});

test("a log hears nothing of it, and what goes wrong comes through", async () => {
  const written = watch({ terminal: false });
  await expect(tellWaiting("planning", async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(written).toEqual([]);
});
