import type { Balancer } from "./balancer.ts";
import type { NotificationReceiver } from "./notification-receiver.ts";

/** One of the merchants that the shop stands for. */
export interface Merchant {
  headers: Readonly<Record<string, string>>;
  /** Where it wants to hear of a payment. */
  notificationUrl: string;
  /** Cards that its buyers have saved. */
  savedCards: string[];
}

/** What it takes to buy something online. */
export interface Store {
  api: Balancer;
  receiver: NotificationReceiver;
  merchant: Merchant;
}

/** A payment that a buyer is about to make. */
export interface Order {
  id: string;
  path: string;
  amount: number;
}
