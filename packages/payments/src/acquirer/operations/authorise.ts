import { randomBytes } from "node:crypto";
import type { Decision } from "../journal/decisions.ts";
import type { VaultCard } from "../journal/vault.ts";
import { behaviourOf } from "../test-cards.ts";
import { answerAgain, decide, ReferenceConflict, type Acquiring, type Answer } from "./acquiring.ts";

export interface AuthorisationRequest {
  reference: string;
  amountCents: number;
  instrument: { card: { number: string; expMonth: number; expYear: number } } | { token: string };
  /** True: a sale, captured at once. */
  capture: boolean;
  challenge: "required" | "allowed" | "none";
  returnUrl?: string;
}

/** Approves, declines or asks the card holder, once per reference; asked again, gives the same answer again. */
export async function authorise(acquiring: Acquiring, request: AuthorisationRequest): Promise<Answer> {
  const { journal } = acquiring;
  const { reference, amountCents, instrument } = request;
  const kind = request.capture ? "sale" : "authorisation";
  const known = journal.decisions.find(reference);
  if (known !== undefined) {
    const token = known.token === null ? null : tokenOf(acquiring, instrument);
    return { decision: await answerAgain(acquiring, { known, wanted: { kind, amountCents, token } }) };
  }
  const asked = journal.challenges.of(reference);
  if (asked !== undefined) {
    await journal.durable();
    const same = asked.kind === kind && asked.amountCents === amountCents;
    if (!same || asked.token !== tokenOf(acquiring, instrument)) throw new ReferenceConflict(reference);
    return { challenge: asked };
  }
  const card =
    "card" in instrument ? journal.vault.keep(instrument.card) : journal.vault.find(instrument.token);
  const judgement = judge(acquiring, { request, card });
  if (judgement === "challenge" && card !== undefined) {
    const id = randomBytes(18).toString("base64url");
    const returnUrl = request.returnUrl ?? null;
    const challenge = { id, reference, kind, amountCents, token: card.token, returnUrl } as const;
    await journal.challenges.add(challenge);
    return { challenge };
  }
  const decision: Decision = {
    reference,
    kind,
    amountCents,
    authorisation: null,
    token: card?.token ?? null,
    ...(judgement === "challenge" ? declined("processing_error") : judgement),
  };
  return { decision: await decide(acquiring, decision) };
}

type Judgement = Pick<Decision, "state" | "code" | "is3ds">;

const declined = (code: string): Judgement => ({ state: "declined", code, is3ds: false });

function judge(
  { now }: Acquiring,
  { request, card }: { request: AuthorisationRequest; card: VaultCard | undefined },
): Judgement | "challenge" {
  const byToken = "token" in request.instrument;
  if (card === undefined) return declined(byToken ? "unknown_card" : "incorrect_number");
  const today = new Date(now());
  const monthsLeft = (card.expYear - today.getUTCFullYear()) * 12 + card.expMonth - 1 - today.getUTCMonth();
  if (monthsLeft < 0) return declined("expired_card");
  const { secure, code } = behaviourOf(card.profile);
  const issuerAsks = secure === "every" || (secure === "first" && !byToken);
  if (request.challenge === "none" && issuerAsks) return declined("3ds_declined");
  if (request.challenge === "required" || issuerAsks) return "challenge";
  const is3ds = secure === "frictionless" && request.challenge === "allowed";
  return { state: code === null ? "approved" : "declined", code, is3ds };
}

function tokenOf({ journal }: Acquiring, instrument: AuthorisationRequest["instrument"]): string {
  return "card" in instrument ? journal.vault.tokenOf(instrument.card.number) : instrument.token;
}
