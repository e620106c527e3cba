import { hkdfSync, randomBytes } from "node:crypto";
import { report } from "../platform/report.ts";

const shortestMaster = 32;
const secretBytes = 32;

/** Whose notifications a secret signs. Test and live mode have secrets of their own. */
export interface SecretOwner {
  merchantId: string;
  isLive: boolean;
}

/**
 * The secrets that notifications to a merchant are signed with, newest first, in the form of Standard Webhooks
 * (`whsec_…`). They are derived from NOTIFICATION_SECRET (HKDF, RFC 5869), so nothing is stored. To rotate, put
 * the new master before the old one, separated by a comma: signatures of both are sent until the old one goes,
 * and merchants are shown the new one.
 */
export function notificationSecrets(owner: SecretOwner): [string, ...string[]] {
  const [newest, ...older] = masters();
  return [derive(newest, owner), ...older.map((master) => derive(master, owner))];
}

/** The secret that a merchant checks signatures with: what the account resource shows. */
export function notificationSecret(owner: SecretOwner): string {
  return notificationSecrets(owner)[0];
}

/** A new master secret, for whoever starts the processes. */
export function newMasterSecret(): string {
  return randomBytes(secretBytes).toString("base64url");
}

function derive(master: string, { merchantId, isLive }: SecretOwner): string {
  const name = `notifications ${isLive ? "live" : "test"} ${merchantId}`;
  return `whsec_${Buffer.from(hkdfSync("sha256", master, "", name, secretBytes)).toString("base64")}`;
}

let known: [string, ...string[]] | undefined;

function masters(): [string, ...string[]] {
  known ??= readMasters(process.env["NOTIFICATION_SECRET"] ?? "");
  return known;
}

/** Without a master, a random one that only this process knows: its signatures can't be checked by anyone. */
function readMasters(text: string): [string, ...string[]] {
  const [newest, ...older] = text.split(",").map((master) => master.trim());
  if (newest === undefined || newest === "") {
    report({
      event: "notification-secret-missing",
      message: "NOTIFICATION_SECRET is not set; a random one is used",
    });
    return [newMasterSecret()];
  }
  if ([newest, ...older].some((master) => master.length < shortestMaster)) {
    throw new Error(`NOTIFICATION_SECRET must hold at least ${String(shortestMaster)} characters`);
  }
  return [newest, ...older];
}
