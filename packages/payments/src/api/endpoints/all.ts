import type { Endpoint } from "../endpoint.ts";
import { createPayment } from "./create-payment.ts";
import { createRefund } from "./create-refund.ts";
import { getPayment } from "./get-payment.ts";
import { getRefund } from "./get-refund.ts";
import { listPayments } from "./list-payments.ts";
import { listRefunds } from "./list-refunds.ts";
import { pay } from "./pay.ts";
import { test } from "./test.ts";
import { updatePayment } from "./update-payment.ts";

export const endpoints: readonly Endpoint[] = [
  test,
  createPayment,
  listPayments,
  getPayment,
  updatePayment,
  createRefund,
  listRefunds,
  getRefund,
  pay,
];
