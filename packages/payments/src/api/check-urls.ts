import { Refusal } from "./refusal.ts";

interface WithUrls {
  hosted_payment?: Record<string, unknown> | null;
  notification_url?: string | null;
}

/**
 * Refuses (400) addresses that look right to a schema and that nobody could go to, such as one with port 99999:
 * better now than when the card holder is to be sent there.
 */
export function checkUrls({ hosted_payment: hosted, notification_url: notified }: WithUrls): void {
  const problems: Record<string, string> = {};
  for (const [field, url] of [
    ["hosted_payment.return_url", hosted?.["return_url"]],
    ["hosted_payment.cancel_url", hosted?.["cancel_url"]],
    ["notification_url", notified],
  ] as const) {
    if (typeof url === "string" && !URL.canParse(url)) problems[field] = "is no address that can be reached";
  }
  if (Object.keys(problems).length > 0) throw new Refusal(400, "The request is not valid.", problems);
}
