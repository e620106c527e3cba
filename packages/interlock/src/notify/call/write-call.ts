import { parseEmailAddress } from "../address/parse-email-address.ts";
import { parseHookUrl } from "../address/parse-hook-url.ts";
import type { WriteHook } from "../hook/hook-carrier.ts";
import { hookHeaders } from "../hook/sign-hook.ts";
import { writeLetter } from "../mail/letter.ts";
import type { WriteMail } from "../mail/mail-carrier.ts";
import { hostOf } from "../message/urls.ts";
import { AddressRefused } from "../hook/guarded-agent.ts";
import type { NotifyServices } from "../services.ts";
import { callBody, callLetter, callSlack } from "./call-message.ts";
import { readCall } from "./read-call.ts";

/** The mail of a call, written for one. */
export function makeWriteCallMail(services: NotifyServices): WriteMail {
  return async ({ subject, revision, receiver }) => {
    const facts = await readCall(services, subject);
    const { mail } = services.notify;
    if (facts === undefined || mail === null) return undefined;
    const to = parseEmailAddress(facts.call.address);
    if (to === undefined) throw new AddressRefused("no email address");
    const letter = await writeLetter(mail, () => callLetter(facts));
    const host = facts.page === undefined ? "interlock.invalid" : hostOf(facts.page);
    const message = letter.to({
      to,
      messageId: `<${subject}.r${String(revision)}.${receiver}@${host}>`,
      token: "",
      unsubscribeUrl: null,
      at: new Date(),
      isUrgent: true,
    });
    return { to, message };
  };
}

/** The POST of a call: to a Slack-compatible hook as text, to any other as JSON. */
export function makeWriteCallHook(services: NotifyServices): WriteHook {
  return async ({ subject, receiver }) => {
    const facts = await readCall(services, subject);
    if (facts === undefined) return undefined;
    const parsed = parseHookUrl(facts.call.address, services.notify.hooks);
    if ("refusal" in parsed) throw new AddressRefused(parsed.refusal);
    const body = JSON.stringify(facts.call.channel === "slack" ? callSlack(facts) : callBody(facts));
    const headers = hookHeaders({ id: `${subject}.${receiver}`, secret: null, body, at: new Date() });
    return { url: parsed.url, body, headers };
  };
}
