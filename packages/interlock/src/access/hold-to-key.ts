import { createHash } from "node:crypto";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";

/**
 * Notes at the first start which key secrets are sealed with, and refuses a server with another one: it could
 * open nothing, and the others could not open what it seals. Throws `Failure` "key-differs".
 */
export async function holdToKey(control: Control, key: Uint8Array): Promise<void> {
  const digest = createHash("sha256").update("interlock key").update(key).digest("hex");
  await control.query(
    "insert into interlock_control.sealing_key (digest) values ($1::text) on conflict do nothing",
    [digest],
  );
  const [noted] = await control.query<{ digest: string }>("select digest from interlock_control.sealing_key");
  if (noted?.digest === digest) return;
  throw new Failure({
    code: "key-differs",
    message: "This server's key is not the one that the control database's secrets are sealed with.",
    why: "Connection URLs are stored encrypted; every server on one control database needs the same key.",
    state: "Nothing was started.",
    next: "Give every server the same INTERLOCK_KEY: the first server's key is in the file `key` of its data directory. If it is lost, have the database's owner run `delete from interlock_control.sealing_key`, start again, and give every database's URL anew.",
  });
}
