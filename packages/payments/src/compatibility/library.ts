import { createHttpClient, type Answer, type HttpClient, type Resource } from "./http-client.ts";

interface Page {
  per_page?: number;
  page?: number;
}

const payment = (id: unknown): string => `/v1/payments/${String(id)}`;
const refunds = (id: unknown): string => `${payment(id)}/refunds`;
const customer = (id: unknown): string => `/v1/customers/${String(id)}`;
const cards = (id: unknown): string => `${customer(id)}/cards`;
const plan = (id: unknown): string => `/v1/installment_plans/${String(id)}`;
const report = (id: unknown): string => `/v1/accounting_reports/${String(id)}`;

/** The methods of the public client libraries of the Payment API, by resource and with what they are documented to do. */
export function createLibrary(options: { baseUrl: string; secretKey: string; apiVersion?: string }) {
  const http = createHttpClient(options);
  const show = async (path: string): Promise<Resource> => (await http.get(path)).resource;
  const change = async (path: string, data: object): Promise<Resource> =>
    (await http.patch(path, data)).resource;
  const list = async (path: string, page: Page = {}): Promise<Resource[]> => listOf(http, path, page);
  const create = async (path: string, data?: object): Promise<Resource> =>
    created(await http.post(path, data));
  return {
    payment: {
      create: async (data: object) => create("/v1/payments", data),
      retrieve: async (id: unknown) => show(payment(id)),
      list: async (page?: Page) => list("/v1/payments", page),
      // One library says it one way, one the other.
      abort: async (id: unknown) => change(payment(id), { aborted: true }),
      abortShort: async (id: unknown) => change(payment(id), { abort: true }),
      capture: async (id: unknown) => change(payment(id), { captured: true }),
      update: async (id: unknown, data: object) => change(payment(id), data),
    },
    refund: {
      create: async (paymentId: unknown, data?: object) => create(refunds(paymentId), data),
      retrieve: async (paymentId: unknown, id: unknown) => show(`${refunds(paymentId)}/${String(id)}`),
      list: async (paymentId: unknown) => list(refunds(paymentId)),
    },
    customer: {
      create: async (data: object) => create("/v1/customers", data),
      retrieve: async (id: unknown) => show(customer(id)),
      list: async (page?: Page) => list("/v1/customers", page),
      update: async (id: unknown, data: object) => change(customer(id), data),
      delete: async (id: unknown) => http.delete(customer(id)),
    },
    card: {
      create: async (customerId: unknown, data: object) => create(cards(customerId), data),
      retrieve: async (customerId: unknown, id: unknown) => show(`${cards(customerId)}/${String(id)}`),
      list: async (customerId: unknown, page?: Page) => list(cards(customerId), page),
      delete: async (customerId: unknown, id: unknown) => http.delete(`${cards(customerId)}/${String(id)}`),
      deleteDirectly: async (id: unknown) => http.delete(`/v1/cards/${String(id)}`),
    },
    installmentPlan: {
      create: async (data: object) => create("/v1/installment_plans", data),
      retrieve: async (id: unknown) => show(plan(id)),
      abort: async (id: unknown) => change(plan(id), { abort: true }),
      async listPayments(id: unknown) {
        const { schedule } = (await show(plan(id))) as { schedule: { payment_ids: string[] }[] };
        const ids = schedule.flatMap(({ payment_ids: parts }) => parts);
        return Promise.all(ids.map(async (one) => show(payment(one))));
      },
    },
    accountingReport: {
      create: async (data: object) => create("/v1/accounting_reports", data),
      retrieve: async (id: unknown) => show(report(id)),
    },
    account: async () => show("/v1/account"),
    /** Reads only `object` and `id` of what came, and fetches the resource: what was sent proves nothing. */
    async treat(body: string): Promise<Resource> {
      const sent = JSON.parse(body) as Resource;
      const { object, id } = sent;
      if (object === "payment") return show(payment(id));
      if (object === "refund") return show(`${refunds(sent["payment_id"])}/${String(id)}`);
      if (object === "installment_plan") return show(plan(id));
      if (object === "accounting_report") return show(report(id));
      throw new Error(`nothing is known of an object ${String(object)}`);
    },
  };
}

/** The keys of whoever logs in; needs none. */
export async function getKeysByLogin(
  baseUrl: string,
  login: { email: string; password: string },
): Promise<Answer> {
  return createHttpClient({ baseUrl, secretKey: null }).post("/v1/keys", login);
}

function created({ status, resource }: Answer): Resource {
  if (status !== 201) throw new Error(`creating answers 201, not ${String(status)}`);
  return resource;
}

async function listOf(http: HttpClient, path: string, page: Page): Promise<Resource[]> {
  const query = new URLSearchParams(
    Object.entries(page).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const { resource } = await http.get(query === "" ? path : `${path}?${query}`);
  if (!Array.isArray(resource["data"])) throw new Error("a list has data");
  return resource["data"] as Resource[];
}
