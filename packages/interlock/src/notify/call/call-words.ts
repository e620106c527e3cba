import type { Locale } from "../../api/localised.ts";

/** What a call says besides the facts of its incident. */
export interface CallWords {
  called: (role: string, reference: string) => string;
  answer: string;
  answerBy: string;
  without: (reference: string) => string;
  culprit: string;
  environment: string;
}

export const callWords: Readonly<Record<Locale, CallWords>> = {
  fr: {
    called: (role, reference) => `Vous êtes appelé comme « ${role} » pour ${reference}.`,
    answer: "Répondre à l’appel",
    answerBy: "Réponse attendue avant",
    without: (reference) => `Répondez avec : interlock incident acknowledge ${reference}`,
    culprit: "Cause probable",
    environment: "Environnement",
  },
  en: {
    called: (role, reference) => `You are called as “${role}” for ${reference}.`,
    answer: "Answer the call",
    answerBy: "Answer expected by",
    without: (reference) => `Answer with: interlock incident acknowledge ${reference}`,
    culprit: "Likely cause",
    environment: "Environment",
  },
  it: {
    called: (role, reference) => `Sei chiamato come “${role}” per ${reference}.`,
    answer: "Rispondi alla chiamata",
    answerBy: "Risposta attesa entro",
    without: (reference) => `Rispondi con: interlock incident acknowledge ${reference}`,
    culprit: "Causa probabile",
    environment: "Ambiente",
  },
};
