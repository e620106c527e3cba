import { join } from "node:path";
import { startInterlockServer, type InterlockServer } from "./interlock-server.ts";
import { openPostOffice, type PostOffice } from "./post-office.ts";
import type { Ground } from "./ground.ts";
import { probesPass } from "./probes.ts";
import { setUpIncidents } from "./set-up-incidents.ts";
import { setUpInterlock } from "./set-up-interlock.ts";

/** Interlock beside the platform, set up as a team would, and where everybody is reached. */
export interface Team {
  server: InterlockServer;
  office: PostOffice;
  close(): Promise<void>;
}

/** Starts the server and tells it all that it needs to know of the platform, of incidents and of people. */
export async function openTeam(
  { home, fronts }: Pick<Ground, "home" | "fronts">,
  { signal }: { signal: AbortSignal },
): Promise<Team> {
  const office = await openPostOffice({ directory: join(home.directory, "letters") });
  try {
    const server = await startInterlockServer({ home, office, signal });
    try {
      await setUpInterlock(server);
      await setUpIncidents({ server, office, ground: { home, fronts } });
      await probesPass(server, { signal });
    } catch (error) {
      await server.close();
      throw error;
    }
    return {
      server,
      office,
      async close() {
        await server.close();
        await office.close();
      },
    };
  } catch (error) {
    await office.close();
    throw error;
  }
}
