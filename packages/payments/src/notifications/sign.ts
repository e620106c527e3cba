import { createHash } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { notificationSecrets, type SecretOwner } from "./secret.ts";

/**
 * The headers of Standard Webhooks for one attempt. The id is that of the notification, the same at every attempt:
 * a receiver that has seen it needs no second look. It says nothing about how many notifications there are.
 */
export function signatureHeaders({
  notification,
  owner,
  body,
  at,
}: {
  notification: { id: string; subject_id: string };
  owner: SecretOwner;
  body: string;
  at: Date;
}): Record<string, string> {
  const digest = createHash("sha256").update(`${notification.subject_id}/${notification.id}`).digest("hex");
  const id = `msg_${digest.slice(0, 24)}`;
  const signatures = notificationSecrets(owner).map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signatures.join(" "),
  };
}
