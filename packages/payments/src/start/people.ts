import type { InterlockServer } from "./interlock-server.ts";
import { environment } from "./set-up-interlock.ts";

/** Somebody with a token of their own: what they do is put down to them. */
export type Person = Pick<InterlockServer, "ask" | "read" | "send">;

/** Makes a token for somebody and answers with the server as they ask it. */
export async function makePerson(
  server: InterlockServer,
  { owner, role }: { owner: string; role: "responder" | "releaser" | "admin" },
): Promise<Person> {
  const made = (await server.send("POST", "/tokens", {
    name: `${owner}, replay`,
    owner,
    role,
    ...(role === "admin" ? {} : { environments: [environment] }),
  })) as { secret: string };
  return server.as(made.secret);
}
