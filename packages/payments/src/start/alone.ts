import { setTimeout as sleep } from "node:timers/promises";
import { openGround } from "./ground.ts";
import { startPlatform } from "./platform.ts";
import { oldVersion, type RunOptions } from "./run.ts";

/** The platform by itself, without traffic and without a change: for trying out its API by hand. Ends with the signal. */
export async function runAlone({
  screen,
  payments,
  signal,
}: Pick<RunOptions, "screen" | "signal"> & { payments: number }): Promise<never> {
  const ground = await openGround({ screen, payments });
  const { home, fronts } = ground;
  try {
    const platform = await startPlatform({
      home,
      fronts,
      version: oldVersion,
      ratePerSecond: 0,
      posRatePerSecond: 0,
      onSecond: () => undefined,
      onDiagnostic: (line) => screen.line(line),
    });
    try {
      const { keys, liveKeys, login, terminals } = home.access;
      const [terminal] = terminals;
      const facts: [string, string | undefined][] = [
        ["Payment API", platform.addresses.api],
        ["described at", `${platform.addresses.api}/openapi.json`],
        ["test key", keys[0]],
        ["live key", liveKeys[0]],
        ["login, password", `${login.email}   ${login.password}`],
        ["terminals", `${platform.addresses.terminals}/nexo`],
        ["terminal, token", `${terminal?.poiId ?? ""}   ${terminal?.token ?? ""}`],
        ["acquirer", platform.addresses.acquirer],
        ["database", home.databaseUrl],
      ];
      for (const [name, value] of facts) screen.line(`  ${name.padEnd(16)} ${value ?? ""}`);
      screen.line();
      screen.line(
        `  curl -s ${platform.addresses.api}/v1/payments -H 'Authorization: Bearer ${keys[0] ?? ""}' \\`,
      );
      screen.line(`    -H 'Content-Type: application/json' -d '{"amount":1999,"currency":"EUR"}'`);
      screen.line("  then open the payment_url. Ctrl-C stops everything.");
      for (;;) await Promise.race([sleep(60_000, undefined, { signal }), platform.broken]);
    } finally {
      await platform.stop();
    }
  } finally {
    await ground.close();
  }
}
