import { luhnValid, readExpiry, traceOf, type Card } from "../payments/card.ts";

export type CardField = "card_number" | "expiry" | "cvv";

export type CardProblem =
  | "numberMissing"
  | "numberNotDigits"
  | "numberLength"
  | "numberWrong"
  | "expiryMissing"
  | "expiryForm"
  | "expiryPast"
  | "codeMissing"
  | "codeThree"
  | "codeFour";

/** What is wrong with each field that is wrong, in the order of the form. */
export type CardProblems = Partial<Record<CardField, CardProblem>>;

export type ReadCard = { card: Card } | { problems: CardProblems };

/** Reads the fields of the card form, however they were typed or filled in; says what is wrong with each. */
export function readCard(fields: Readonly<Record<string, unknown>>, now: Date): ReadCard {
  const number = readNumber(textOf(fields["card_number"]));
  const expiry = readWhen(textOf(fields["expiry"]), now);
  const cvv = readCode(textOf(fields["cvv"]), "number" in number ? number.number : "");
  if ("number" in number && "expMonth" in expiry && "cvv" in cvv) {
    return { card: { ...number, ...expiry, ...cvv } };
  }
  return {
    problems: {
      ...("problem" in number ? { card_number: number.problem } : {}),
      ...("problem" in expiry ? { expiry: expiry.problem } : {}),
      ...("problem" in cvv ? { cvv: cvv.problem } : {}),
    },
  };
}

interface Problem {
  problem: CardProblem;
}

function readNumber(text: string): { number: string } | Problem {
  const number = text.replaceAll(/[\s.\-\u2010-\u2015]/g, "");
  if (number === "") return { problem: "numberMissing" };
  if (!/^[0-9]+$/.test(number)) return { problem: "numberNotDigits" };
  if (number.length < 12 || number.length > 19) return { problem: "numberLength" };
  return luhnValid(number) ? { number } : { problem: "numberWrong" };
}

/** People and browsers write 06/27, 6/27, 06-2027, 0627 and 2027-06. */
function readWhen(text: string, now: Date): { expMonth: number; expYear: number } | Problem {
  if (text === "") return { problem: "expiryMissing" };
  const yearFirst = /^(2[0-9]{3})-([0-9]{2})$/.exec(text);
  const monthFirst =
    /^([0-9]{1,2})\s*[/.\- ]\s*([0-9]{4}|[0-9]{2})$/.exec(text) ??
    /^([0-9]{2})([0-9]{4}|[0-9]{2})$/.exec(text);
  const month = (yearFirst?.[2] ?? monthFirst?.[1] ?? "").padStart(2, "0");
  const year = yearFirst?.[1] ?? monthFirst?.[2] ?? "";
  if (!/^(0[1-9]|1[0-2])$/.test(month) || year === "") return { problem: "expiryForm" };
  return readExpiry(`${month}/${year}`, now) ?? { problem: "expiryPast" };
}

/** American Express prints four digits on the front, everybody else three on the back. */
function readCode(text: string, number: string): { cvv: string } | Problem {
  if (text === "") return { problem: "codeMissing" };
  const four = traceOf({ number, expMonth: 1, expYear: 2000 }).brand === "American Express";
  // Without a usable number there is no telling which brand it is.
  const form = number === "" ? /^[0-9]{3,4}$/ : four ? /^[0-9]{4}$/ : /^[0-9]{3}$/;
  return form.test(text) ? { cvv: text } : { problem: four ? "codeFour" : "codeThree" };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 40).normalize("NFKC").trim() : "";
}
