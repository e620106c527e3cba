import type { NewResponder, Responder } from "../../api/unit.ts";
import type { Caller } from "../../access/caller.ts";
import { environmentNotFound } from "../../gate/environment-not-found.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { newId } from "../../std/new-id.ts";
import { conflict, notValid } from "../refused.ts";
import type { IncidentServices } from "../services.ts";
import { placeOfResponder, responderColumns, responderOf, type ResponderRow } from "./responders.ts";

/** Responders of an environment at most: a P1 calls a whole level at once. */
const mostResponders = 100;

/**
 * Says who is called for a role. Where to is kept encrypted and never shown again: a hook's URL is a secret. Throws
 * `Failure` "input-not-valid" for an address that the channel has no use for, "conflict", "not-found" or "forbidden".
 */
export async function addResponder(
  { control, sealer }: Pick<IncidentServices, "control" | "sealer">,
  { environment, responder, caller }: { environment: string; responder: NewResponder; caller: Caller },
): Promise<Responder> {
  requireEnvironment(caller, environment);
  const shown = shownAddress(responder);
  return control.transact(async ({ query, audit, emit }) => {
    const found = await query(
      "select from interlock_control.environments where name = $1::text for no key update",
      [environment],
    );
    if (found.length === 0) throw environmentNotFound(environment);
    const id = newId("rsp");
    const { person, role, level, channel, address, locale, answerWithinSeconds } = responder;
    const [row] = await query<ResponderRow>(
      `insert into interlock_control.responders
         (id, environment, person, role, level, channel, sealed_address, shown_address, locale, answer_within_seconds, created_by)
       select $1::text, $2::text, $3::text, $4::text, $5::integer, $6::text, $7::bytea, $8::text, $9::text, $10::integer, $11::text
        where (select count(*) from interlock_control.responders
                where environment = $2::text and removed_at is null) < $12::integer
       returning ${responderColumns}`,
      [
        id,
        environment,
        person,
        role,
        level,
        channel,
        sealer.seal(address, placeOfResponder(id)),
        shown,
        locale,
        answerWithinSeconds,
        caller.owner,
        mostResponders,
      ],
    );
    if (row === undefined) {
      throw conflict(`${environment} has ${String(mostResponders)} responders already.`, {
        next: "Remove one: interlock oncall remove",
      });
    }
    const detail = { person, role, level, channel, address: shown };
    audit({ actor: caller.owner, action: "responder.add", environment, subject: id, detail });
    emit({ kind: "responder-added", environment, subject: id, detail: { person, role, level } });
    return responderOf(row);
  });
}

/** An address for people: `a…@example.com`, or of a hook only where it is. */
function shownAddress({ channel, address }: NewResponder): string {
  if (channel === "email") {
    const [, first, host] =
      /^([^\s@<>"(),:;\\])[^\s@<>"(),:;\\]*@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)$/.exec(
        address,
      ) ?? [];
    if (first === undefined || host === undefined || address.length > 254) {
      throw notValid("The address is no email address.", { next: "Write it alone: ada@example.com." });
    }
    return `${first}…@${host}`;
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isLocal = url?.hostname === "localhost" || url?.hostname === "127.0.0.1";
  if (url === undefined || !(url.protocol === "https:" || (url.protocol === "http:" && isLocal))) {
    throw notValid("The address is no URL that a message can be sent to safely.", {
      next: "Write the https:// URL of the hook.",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw notValid("The URL holds a user or a password.", { next: "Write it without them." });
  }
  return `${url.origin}/…`;
}
