import type { Balancer } from "./balancer.ts";
import type { Memory } from "./memory.ts";
import type { NotificationReceiver } from "./notification-receiver.ts";

/** One of the merchants that the shop stands for. */
export interface Merchant {
  headers: Readonly<Record<string, string>>;
  /** Where it wants to hear of a payment. */
  notificationUrl: string;
  /** Where nobody is any more: whoever tells it something is answered 410. */
  closedUrl: string;
  /** Cards that its buyers have saved. */
  savedCards: string[];
}

/** What it takes to buy something online. */
export interface Store {
  api: Balancer;
  receiver: NotificationReceiver;
  merchant: Merchant;
  /** Those with which merchants ask for new keys. */
  logins: readonly { email: string; password: string }[];
  /** Left out: nothing is kept of what merchants are told. */
  memory?: Memory | undefined;
}

/** A payment that a buyer is about to make. */
export interface Order {
  id: string;
  path: string;
  amount: number;
}
