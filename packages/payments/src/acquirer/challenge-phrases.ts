import type { Language } from "../page/language.ts";

/** Every sentence of the issuer's page. A language that lacks one does not compile. */
export interface ChallengePhrases {
  bank: string;
  title: string;
  text: (payment: { amount: string; last4: string }) => string;
  code: string;
  hint: string;
  mistyped: string;
  tabProblem: string;
  confirm: string;
  cancel: string;
  test: string;
  over: { title: string; text: string };
  unknown: { title: string; text: string };
}

const english: ChallengePhrases = {
  bank: "Test Bank",
  title: "Confirm your payment",
  text: ({ amount, last4 }) => `You are paying ${amount} with your card ending in ${last4}.`,
  code: "Code that we have sent to your phone",
  hint: "6 digits",
  mistyped: "The code has 6 digits. Nothing was sent; please type it again.",
  tabProblem: "Please check",
  confirm: "Confirm the payment",
  cancel: "Cancel",
  test: "This bank is a simulation and sends no messages: 000000 confirms, any other code is refused.",
  over: { title: "That is all", text: "You may close this page." },
  unknown: { title: "There is nothing to confirm here", text: "Go back to the shop and try again." },
};

const french: ChallengePhrases = {
  bank: "Banque de test",
  title: "Confirmez votre paiement",
  text: ({ amount, last4 }) => `Vous payez ${amount} avec votre carte se terminant par ${last4}.`,
  code: "Code que nous avons envoyé sur votre téléphone",
  hint: "6 chiffres",
  mistyped: "Le code compte 6 chiffres. Rien n’a été envoyé\u00a0; saisissez-le à nouveau.",
  tabProblem: "À corriger",
  confirm: "Confirmer le paiement",
  cancel: "Annuler",
  test: "Cette banque est une simulation et n’envoie pas de message\u00a0: 000000 confirme, tout autre code est refusé.",
  over: { title: "C’est terminé", text: "Vous pouvez fermer cette page." },
  unknown: { title: "Il n’y a rien à confirmer ici", text: "Revenez à la boutique et réessayez." },
};

const italian: ChallengePhrases = {
  bank: "Banca di prova",
  title: "Conferma il tuo pagamento",
  text: ({ amount, last4 }) => `Stai pagando ${amount} con la tua carta che termina con ${last4}.`,
  code: "Codice che abbiamo inviato al tuo telefono",
  hint: "6 cifre",
  mistyped: "Il codice ha 6 cifre. Non è stato inviato nulla; scrivilo di nuovo.",
  tabProblem: "Da correggere",
  confirm: "Conferma il pagamento",
  cancel: "Annulla",
  test: "Questa banca è una simulazione e non invia messaggi: 000000 conferma, ogni altro codice viene rifiutato.",
  over: { title: "È tutto", text: "Puoi chiudere questa pagina." },
  unknown: { title: "Qui non c’è nulla da confermare", text: "Torna al negozio e riprova." },
};

export const challengePhrasesOf: Readonly<Record<Language, ChallengePhrases>> = {
  fr: french,
  en: english,
  it: italian,
};
