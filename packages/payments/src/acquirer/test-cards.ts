import { luhnValid } from "../payments/card.ts";

/** How an answer travels back. Whatever the word, the decision is made once and is on disk before anybody hears of it. */
export type Delivery =
  | "given"
  /** Decided; the line breaks before the answer is out. */
  | "lost"
  /** Decided at once; the answer comes when the client has given up. */
  | "late"
  /** The request is held up on its way and is decided when the client has given up. */
  | "decided-late"
  /** The network delivers the request a second and a third time. */
  | "twice";

/** What the issuer of a card does. */
export interface Behaviour {
  /** Null: it approves. */
  code: string | null;
  /** Which authorisations its 3-D Secure asks the card holder for; `frictionless`: for none, but it counts. */
  secure: "none" | "frictionless" | "first" | "every";
  authorisation: Delivery;
  /** How it answers captures, releases and refunds of its authorisations. */
  afterwards: Delivery;
  /** Null: refunds are approved. */
  refundCode: string | null;
  /** True: the browser never gets the answer to the 3-D Secure challenge. */
  losesReturn: boolean;
}

const approves: Behaviour = {
  code: null,
  secure: "none",
  authorisation: "given",
  afterwards: "given",
  refundCode: null,
  losesReturn: false,
};

/** The cards of docs/test-cards.md. */
export const testCards = {
  approved: "4242424242424242",
  approvedMastercard: "5555555555554444",
  approvedAmericanExpress: "378282246310005",
  declined: "4000000000000002",
  insufficientFunds: "4000000000000010",
  fraudSuspected: "4000000000000028",
  processingError: "4000000000000036",
  approvedAnswerLost: "4000000000000044",
  declinedAnswerLost: "4000000000000051",
  answeredLate: "4000000000000069",
  decidedLate: "4000000000000077",
  answeredTwice: "4000000000000085",
  challenge: "4000000000000101",
  challengeFirst: "4000000000000119",
  challengeThenDeclined: "4000000000000127",
  challengeAnswerLost: "4000000000000135",
  challengeReturnLost: "4000000000000143",
  frictionless: "4000000000000150",
  frictionlessDeclined: "4000000000000168",
  refundDeclined: "4000000000000200",
  refundAnswerLost: "4000000000000218",
} as const;

export type TestCard = keyof typeof testCards;

/** Every card that isn't here is approved as it comes. */
const special: Partial<Record<TestCard, Partial<Behaviour>>> = {
  declined: { code: "card_declined" },
  insufficientFunds: { code: "insufficient_funds" },
  fraudSuspected: { code: "fraud_suspected" },
  processingError: { code: "processing_error" },
  approvedAnswerLost: { authorisation: "lost" },
  declinedAnswerLost: { code: "card_declined", authorisation: "lost" },
  answeredLate: { authorisation: "late" },
  decidedLate: { authorisation: "decided-late" },
  answeredTwice: { authorisation: "twice", afterwards: "twice" },
  challenge: { secure: "every" },
  challengeFirst: { secure: "first" },
  challengeThenDeclined: { secure: "every", code: "insufficient_funds" },
  challengeAnswerLost: { secure: "every", authorisation: "lost" },
  challengeReturnLost: { secure: "every", losesReturn: true },
  frictionless: { secure: "frictionless" },
  frictionlessDeclined: { secure: "frictionless", code: "card_declined" },
  refundDeclined: { refundCode: "processing_error" },
  refundAnswerLost: { afterwards: "lost" },
};

const names = new Map<string, TestCard>(
  Object.entries(testCards).map(([name, number]) => [number, name as TestCard]),
);

/** The name that a card's behaviour is kept under; undefined for what is no card number. */
export function profileOf(number: string): TestCard | undefined {
  return luhnValid(number) ? (names.get(number) ?? "approved") : undefined;
}

export function behaviourOf(profile: string): Behaviour {
  return { ...approves, ...special[profile as TestCard] };
}
