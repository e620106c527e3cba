import type { Endpoint } from "../endpoint.ts";
import { createCard } from "./create-card.ts";
import { createCustomer } from "./create-customer.ts";
import { createKeys } from "./create-keys.ts";
import { createPayment } from "./create-payment.ts";
import { createPlan } from "./create-plan.ts";
import { createRefund } from "./create-refund.ts";
import { createReport } from "./create-report.ts";
import { deleteCard, deleteCustomerCard } from "./delete-card.ts";
import { deleteCustomer } from "./delete-customer.ts";
import { downloadReport } from "./download-report.ts";
import { getAccount } from "./get-account.ts";
import { getCard, getCustomerCard } from "./get-card.ts";
import { getCustomer } from "./get-customer.ts";
import { getPayment } from "./get-payment.ts";
import { getPlan } from "./get-plan.ts";
import { getRefund } from "./get-refund.ts";
import { getReport } from "./get-report.ts";
import { listCards } from "./list-cards.ts";
import { listCustomers } from "./list-customers.ts";
import { listPayments } from "./list-payments.ts";
import { listPlans } from "./list-plans.ts";
import { listRefunds } from "./list-refunds.ts";
import { listReports } from "./list-reports.ts";
import { openApi } from "./open-api.ts";
import { pay } from "./pay.ts";
import { payPage } from "./pay-page.ts";
import { payReturn } from "./pay-return.ts";
import { test } from "./test.ts";
import { updateCustomer } from "./update-customer.ts";
import { updatePayment } from "./update-payment.ts";
import { updatePlan } from "./update-plan.ts";

const documented: readonly Endpoint[] = [
  test,
  createKeys,
  getAccount,
  createPayment,
  listPayments,
  getPayment,
  updatePayment,
  createRefund,
  listRefunds,
  getRefund,
  createCustomer,
  listCustomers,
  getCustomer,
  updateCustomer,
  deleteCustomer,
  createCard,
  listCards,
  getCustomerCard,
  deleteCustomerCard,
  getCard,
  deleteCard,
  createPlan,
  listPlans,
  getPlan,
  updatePlan,
  createReport,
  listReports,
  getReport,
  downloadReport,
  payPage,
  pay,
  payReturn,
];

/** Every endpoint, and the one that describes them all. */
export const endpoints: readonly Endpoint[] = [...documented, openApi(documented)];
