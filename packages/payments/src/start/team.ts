import { join } from "node:path";
import { startInterlockServer, type InterlockServer } from "./interlock-server.ts";
import { openPostOffice, type PostOffice } from "./post-office.ts";
import type { Ground } from "./ground.ts";
import { probesPass } from "./probes.ts";
import { setUpIncidents } from "./set-up-incidents.ts";
import { setUpInterlock } from "./set-up-interlock.ts";

/** A part of the replay; its files are kept apart from those of the other. */
export type Part = "unprotected" | "protected";

/** Interlock beside the platform, set up as a team would, and where everybody is reached. */
export interface Team {
  server: InterlockServer;
  office: PostOffice;
  /** Files of this part, which stay: the status page, the letters, the post-mortem. */
  directory: string;
  close(): Promise<void>;
}

/** Starts the server and tells it all that it needs to know of the platform, of incidents and of people. */
export async function openTeam(
  { home, fronts }: Pick<Ground, "home" | "fronts">,
  { part, signal }: { part: Part; signal: AbortSignal },
): Promise<Team> {
  const directory = join(home.directory, part);
  const office = await openPostOffice({ directory: join(directory, "letters") });
  try {
    const server = await startInterlockServer({
      home,
      directory: join(directory, "interlock"),
      office,
      signal,
    });
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
      directory,
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
