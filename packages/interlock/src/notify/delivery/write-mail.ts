import type { Locale } from "../../api/localised.ts";
import { confirmationLetter } from "../message/confirmation-letter.ts";
import { messageIdOf } from "../message/message-id.ts";
import type { Renderings } from "../message/renderings.ts";
import { unsubscribeUrl } from "../message/urls.ts";
import { writeLetter } from "../mail/letter.ts";
import type { WriteMail } from "../mail/mail-carrier.ts";
import { readPage } from "../page/read-page.ts";
import type { NotifyServices } from "../services.ts";
import { openContact } from "../subscription/contact.ts";
import type { Claimed } from "./delivery.ts";
import { readAsk } from "./read-ask.ts";

/** Mail for subscribers: what everybody is told, and the question whether they want to be. */
export function makeWriteMail(services: NotifyServices, renderings: Renderings): WriteMail {
  return async (delivery) => {
    const { kind, subscriber } = delivery;
    if (subscriber === null || kind === "call") return undefined;
    const contact = openContact(services.sealer, delivery.receiver, subscriber.sealed);
    if (kind === "confirmation") return writeConfirmation(services, { delivery, to: contact.address });
    const { locale } = subscriber;
    const written = await renderings.letter({ ...delivery, kind, locale });
    if (written === undefined) return undefined;
    const { letter, facts } = written;
    const { page } = facts;
    const message = letter.to({
      to: contact.address,
      messageId: messageIdOf(delivery, page),
      token: contact.unsubscribe,
      unsubscribeUrl: unsubscribeUrl(page, { locale, token: contact.unsubscribe }),
      at: new Date(),
    });
    return { to: contact.address, message };
  };
}

async function writeConfirmation(
  { control, sealer, notify }: NotifyServices,
  { delivery, to }: { delivery: Claimed; to: string },
): Promise<{ to: string; message: Buffer } | undefined> {
  const ask = await readAsk({ control, sealer }, delivery.subject);
  if (ask === undefined || notify.mail === null) return undefined;
  const page = await readPage((sql, values) => control.query(sql, values), notify);
  const locale = ask.locale as Locale;
  const letter = await writeLetter(notify.mail, (token) => confirmationLetter(page, { locale, token }));
  const messageId = messageIdOf(delivery, page);
  return {
    to,
    message: letter.to({ to, messageId, token: ask.token, unsubscribeUrl: null, at: new Date() }),
  };
}
