import type { Balancer } from "./balancer.ts";
import { FailedPayment } from "./failed-payment.ts";
import { saleToPoiRequest } from "../terminals/nexo/sale-to-poi-request.ts";

export interface TerminalAccess {
  poiId: string;
  token: string;
}

type Category = "Login" | "Payment" | "TransactionStatus";

const run = Date.now().toString(36);
let service = 0;

/** Logs a terminal in; it can take payments afterwards. */
export async function logIn(terminals: Balancer, terminal: TerminalAccess): Promise<void> {
  const answer = await send(terminals, {
    terminal,
    category: "Login",
    request: { DateTime: new Date().toISOString() },
  });
  if (resultOf(answer, "Login") !== "Success") throw new FailedPayment("login", "refused");
}

/** One payment at a terminal. Throws `FailedPayment`. */
export async function buyAtTerminal(terminals: Balancer, terminal: TerminalAccess): Promise<void> {
  const cents = 99 + Math.floor(Math.random() * 10_000);
  const answer = await send(terminals, {
    terminal,
    category: "Payment",
    request: {
      SaleData: {
        SaleTransactionID: { TransactionID: `sale-${String(service)}`, TimeStamp: new Date().toISOString() },
      },
      PaymentTransaction: { AmountsReq: { Currency: "EUR", RequestedAmount: cents / 100 } },
      PaymentData: {
        PaymentInstrumentData: {
          CardData: { SensitiveCardData: { PAN: "5555555555554444", ExpiryDate: "1240" } },
        },
      },
    },
  });
  if (resultOf(answer, "Payment") !== "Success") throw new FailedPayment("payment", "refused");
}

async function send(
  terminals: Balancer,
  { terminal, category, request }: { terminal: TerminalAccess; category: Category; request: object },
): Promise<Record<string, unknown>> {
  service += 1;
  return terminals.call({
    step: category.toLowerCase(),
    method: "POST",
    path: "/nexo",
    headers: { authorization: `Bearer ${terminal.token}` },
    body: saleToPoiRequest({
      category,
      request,
      serviceId: `${run}-${String(service)}`,
      saleId: "shop",
      poiId: terminal.poiId,
    }),
    expect: 200,
  });
}

function resultOf(answer: Record<string, unknown>, category: Category): string | undefined {
  const message = answer["SaleToPOIResponse"] as
    | Record<string, { Response?: { Result?: string } }>
    | undefined;
  return message?.[`${category}Response`]?.Response?.Result;
}
