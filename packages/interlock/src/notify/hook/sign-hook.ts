import { Webhook } from "standardwebhooks";

/**
 * The headers of Standard Webhooks for one attempt. The id is that of the delivery, the same at every attempt: a
 * receiver that has seen it needs no second look. Without a secret there is no signature.
 */
export function hookHeaders({
  id,
  secret,
  body,
  at,
}: {
  id: string;
  secret: string | null;
  body: string;
  at: Date;
}): Record<string, string> {
  const seconds = Math.floor(at.getTime() / 1_000);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    ...(secret === null ? {} : { "webhook-signature": new Webhook(secret).sign(id, at, body) }),
  };
}
