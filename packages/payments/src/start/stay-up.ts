import type { Run } from "./run.ts";
import type { Screen } from "./screen.ts";
import { environment } from "./set-up-interlock.ts";
import type { Team } from "./team.ts";

/** Goes on until the user has had enough, and says what there is to look at. */
export async function stayUp({
  run: { figures, platform },
  team: { server, office },
  screen,
  signal,
}: {
  run: Run;
  team: Team;
  screen: Screen;
  signal: AbortSignal;
}): Promise<void> {
  const { made, failed } = figures.of("ecommerce");
  screen.line();
  screen.line(`  so far ${String(made)} payments made, ${String(failed)} failed; the traffic goes on`);
  screen.line(`  status page       ${server.address}/status/fr/`);
  screen.line(`  letters           ${office.directory}`);
  screen.line(`  payment platform  ${platform.addresses.api}`);
  screen.line(`  Interlock         ${server.address}/api/v1/docs`);
  screen.line(
    `  ask the gate      npx interlock environment show ${environment} --server ${server.address} --token-file ${server.tokenFile}`,
  );
  screen.line("Ctrl-C prints the figures and stops everything.");
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([interrupted, platform.broken]);
}
