import { createHash } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { notificationSecrets, type SecretOwner } from "./secret.ts";

/**
 * The headers of Standard Webhooks for one attempt. The id is that of the notification, the same at every attempt:
 * a receiver that has seen it needs no second look.
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
  const id = webhookId(notification);
  const signatures = notificationSecrets(owner).map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signatures.join(" "),
  };
}

/** A digest, because the number itself would tell every merchant how many notifications there are. */
export function webhookId({ id, subject_id: subjectId }: { id: string; subject_id: string }): string {
  return `msg_${createHash("sha256").update(`${subjectId}/${id}`).digest("hex").slice(0, 24)}`;
}
