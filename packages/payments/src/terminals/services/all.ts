import type { Category } from "../nexo/message.ts";
import type { Service } from "../service.ts";
import { abort } from "./abort.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { payment } from "./payment.ts";
import { reversal } from "./reversal.ts";
import { transactionStatus } from "./transaction-status.ts";

/** Each takes what its schema lets through. */
export const services: Readonly<Record<Category, Service<never>>> = {
  Login: login,
  Logout: logout,
  Payment: payment,
  Reversal: reversal,
  Abort: abort,
  TransactionStatus: transactionStatus,
};
