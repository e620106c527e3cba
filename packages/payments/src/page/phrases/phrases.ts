import type { FailureCode } from "../../payments/status.ts";
import type { CardProblem } from "../read-card.ts";

/** How a payment stands, as its page tells it. */
export type PageState =
  | "payable"
  | "charging"
  | "challenged"
  | "paid"
  | "authorized"
  | "refunded"
  | "failed"
  | "aborted"
  | "expired";

/** A heading and what it means for whoever reads it. */
interface Message {
  title: string;
  text: string;
}

/** Every sentence of the hosted page. A language that lacks one does not compile. */
export interface Phrases {
  language: { own: string; choose: string };
  /** The title of the tab, with the merchant's name. */
  tab: (merchant: string) => string;
  /** What stands before the title of the tab when the form has problems. */
  tabProblem: string;
  summary: {
    heading: string;
    amount: string;
    merchant: string;
    description: string;
    reference: string;
    card: string;
    moment: string;
    /** A card by what may be kept of it: `Visa ending in 4242`. */
    cardEnding: (card: { brand: string | null; last4: string }) => string;
  };
  form: {
    heading: string;
    accepted: string;
    number: string;
    expiry: string;
    expiryHint: string;
    securityCode: string;
    securityCodeHint: string;
    save: (merchant: string) => string;
    willSave: (merchant: string) => string;
    plan: (merchant: string) => string;
    deferred: (merchant: string) => string;
    pay: (amount: string) => string;
    reserve: (amount: string) => string;
    busy: string;
    cancel: (merchant: string) => string;
    privacy: (merchant: string) => string;
  };
  problems: { heading: (count: number) => string } & Record<CardProblem, string>;
  test: { heading: string; text: string; advice: string; cards: string; number: string; outcome: string } & {
    outcomes: Record<TestCardOutcome, string>;
  };
  states: Record<Exclude<PageState, "payable" | "failed">, (merchant: string) => Message>;
  failed: { title: string; reasons: Record<FailureCode, string>; advice: (merchant: string) => string };
  links: {
    back: (merchant: string) => string;
    proceed: string;
    refresh: string;
  };
  errors: Record<"notFound" | "broken" | "busy" | "unreadable", Message>;
}

/** What the documented test cards show. */
export type TestCardOutcome = "approved" | "declined" | "insufficientFunds" | "challenge";
