import type { Phrases } from "./phrases.ts";

export const english: Phrases = {
  language: { own: "English", choose: "Language" },
  tab: (merchant) => `Payment to ${merchant}`,
  tabProblem: "Please check",
  summary: {
    heading: "Your payment",
    amount: "Amount",
    merchant: "Merchant",
    description: "For",
    reference: "Reference",
    card: "Card",
    moment: "Date",
    cardEnding: ({ brand, last4 }) => `${brand ?? "Card"} ending in ${last4}`,
  },
  form: {
    heading: "Pay by card",
    accepted: "Visa, Mastercard and American Express",
    number: "Card number",
    expiry: "Expiry date",
    expiryHint: "Month / year, such as 06/28",
    securityCode: "Security code",
    securityCodeHint: "3 digits on the back; Amex: 4 on the front",
    save: (merchant) => `Save this card for my next purchases at ${merchant}`,
    willSave: (merchant) => `${merchant} will keep this card for your later payments.`,
    plan: (merchant) =>
      `This is the first of several instalments. ${merchant} will charge the others to the same card when they are due.`,
    deferred: (merchant) =>
      `The amount is only reserved on your card today. ${merchant} charges it later, and never more than that.`,
    pay: (amount) => `Pay ${amount}`,
    reserve: (amount) => `Reserve ${amount}`,
    busy: "One moment…",
    cancel: (merchant) => `Cancel and go back to ${merchant}`,
    privacy: (merchant) => `Your card number goes to the bank. ${merchant} does not get to see it.`,
  },
  problems: {
    heading: (count) =>
      count === 1 ? "There is one thing to correct" : `There are ${String(count)} things to correct`,
    numberMissing: "Enter your card number.",
    numberNotDigits: "The card number is made of digits only.",
    numberLength: "A card number has 12 to 19 digits. Please check it.",
    numberWrong: "This card number is not right. Please check each digit.",
    expiryMissing: "Enter the expiry date of your card.",
    expiryForm: "Enter the expiry date as month and year, such as 06/28.",
    expiryPast: "This card has expired. Please use another one.",
    codeMissing: "Enter the security code of your card.",
    codeThree: "The security code is the 3 digits on the back of your card.",
    codeFour: "The security code of American Express is the 4 digits on the front of the card.",
  },
  test: {
    heading: "Test mode",
    text: "No money moves here.",
    advice: "Use one of the test cards, with any future expiry date and any security code.",
    cards: "Show the test cards",
    number: "Card number",
    outcome: "What happens",
    outcomes: {
      approved: "The payment succeeds",
      declined: "The bank declines the card",
      insufficientFunds: "There is not enough in the account",
      challenge: "The bank asks for a code: 000000",
    },
  },
  states: {
    charging: (merchant) => ({
      title: "Your payment is being processed",
      text: `Your bank has not answered yet. You can wait here or close this page: ${merchant} will know how it ended, and you will not be charged twice.`,
    }),
    challenged: () => ({
      title: "Your bank wants to be sure it is you",
      text: "Confirm the payment on your bank’s own page. You come back here afterwards.",
    }),
    paid: (merchant) => ({
      title: "Payment successful",
      text: `Thank you. Your payment to ${merchant} has gone through.`,
    }),
    authorized: (merchant) => ({
      title: "Amount reserved",
      text: `Thank you. The amount is reserved on your card. ${merchant} will charge it later.`,
    }),
    refunded: (merchant) => ({
      title: "Payment refunded",
      text: `${merchant} has given the whole amount back. It can take a few days to show on your account.`,
    }),
    aborted: (merchant) => ({
      title: "Payment cancelled",
      text: `${merchant} has cancelled this payment. Your card was not charged.`,
    }),
    expired: (merchant) => ({
      title: "Payment expired",
      text: `The payment was not finished in time and your card was not charged. Go back to ${merchant} to start again.`,
    }),
  },
  failed: {
    title: "Payment declined",
    reasons: {
      processing_error: "Your card could not be processed.",
      card_declined: "Your bank has declined the card.",
      insufficient_funds: "There is not enough money in the account behind the card.",
      "3ds_declined": "Your bank could not confirm that it is you.",
      incorrect_number: "The card number is not right.",
      fraud_suspected: "The payment was refused for security reasons. Your bank can tell you more.",
      method_unsupported: "This kind of card is not accepted here.",
      timeout: "The payment was not finished in time.",
      aborted: "The payment was cancelled.",
    },
    advice: (merchant) =>
      `Your card was not charged. Go back to ${merchant} to try again or to use another card.`,
  },
  links: {
    back: (merchant) => `Back to ${merchant}`,
    proceed: "Continue to my bank",
    refresh: "Check again",
  },
  errors: {
    notFound: {
      title: "We can’t find this payment",
      text: "The address is incomplete, or the payment does not exist. Please go back to the shop and start again.",
    },
    broken: {
      title: "Something went wrong on our side",
      text: "You can safely reload this page: you will not be charged twice.",
    },
    busy: {
      title: "We are very busy",
      text: "Nothing was charged. Please reload this page in a moment.",
    },
    unreadable: {
      title: "We could not read what your browser sent",
      text: "Nothing was charged. Please go back and try again.",
    },
  },
};
