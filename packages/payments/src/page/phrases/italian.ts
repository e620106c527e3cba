import type { Phrases } from "./phrases.ts";

export const italian: Phrases = {
  language: { own: "Italiano", choose: "Lingua" },
  tab: (merchant) => `Pagamento a ${merchant}`,
  tabProblem: "Da correggere",
  summary: {
    heading: "Il tuo pagamento",
    amount: "Importo",
    merchant: "Beneficiario",
    description: "Causale",
    reference: "Riferimento",
    card: "Carta",
    moment: "Data",
    cardEnding: ({ brand, last4 }) => `${brand ?? "Carta"} che termina con ${last4}`,
  },
  form: {
    heading: "Paga con carta",
    accepted: "Visa, Mastercard e American Express",
    number: "Numero della carta",
    expiry: "Data di scadenza",
    expiryHint: "Mese / anno, ad esempio 06/28",
    securityCode: "Codice di sicurezza",
    securityCodeHint: "3 cifre sul retro; Amex: 4 sul fronte",
    save: (merchant) => `Salva questa carta per i miei prossimi acquisti da ${merchant}`,
    willSave: (merchant) => `${merchant} conserverà questa carta per i tuoi prossimi pagamenti.`,
    plan: (merchant) =>
      `Questa è la prima di più rate. ${merchant} addebiterà le altre sulla stessa carta, alla scadenza.`,
    deferred: (merchant) =>
      `Oggi l’importo viene solo riservato sulla tua carta. ${merchant} lo addebiterà in seguito, senza mai superarlo.`,
    pay: (amount) => `Paga ${amount}`,
    reserve: (amount) => `Riserva ${amount}`,
    busy: "Un momento…",
    cancel: (merchant) => `Annulla e torna da ${merchant}`,
    privacy: (merchant) => `Il numero della carta va alla banca. ${merchant} non lo vede.`,
  },
  problems: {
    heading: (count) =>
      count === 1 ? "C’è un punto da correggere" : `Ci sono ${String(count)} punti da correggere`,
    numberMissing: "Inserisci il numero della carta.",
    numberNotDigits: "Il numero della carta contiene solo cifre.",
    numberLength: "Un numero di carta ha da 12 a 19 cifre. Controllalo.",
    numberWrong: "Questo numero di carta non è valido. Controlla ogni cifra.",
    expiryMissing: "Inserisci la data di scadenza della carta.",
    expiryForm: "Inserisci la data di scadenza con mese e anno, ad esempio 06/28.",
    expiryPast: "Questa carta è scaduta. Usane un’altra.",
    codeMissing: "Inserisci il codice di sicurezza della carta.",
    codeThree: "Il codice di sicurezza corrisponde alle 3 cifre sul retro della carta.",
    codeFour: "Il codice di sicurezza di American Express corrisponde alle 4 cifre sul fronte della carta.",
  },
  test: {
    heading: "Modalità di prova",
    text: "Qui non si muove denaro.",
    advice: "Usa una delle carte di prova, con una scadenza futura e un codice di sicurezza a piacere.",
    cards: "Mostra le carte di prova",
    number: "Numero della carta",
    outcome: "Che cosa succede",
    outcomes: {
      approved: "Il pagamento riesce",
      declined: "La banca rifiuta la carta",
      insufficientFunds: "Il saldo del conto non basta",
      challenge: "La banca chiede un codice: 000000",
    },
  },
  states: {
    charging: (merchant) => ({
      title: "Il pagamento è in corso",
      text: `La tua banca non ha ancora risposto. Puoi aspettare qui o chiudere questa pagina: ${merchant} ne conoscerà l’esito e non ti verrà addebitato due volte.`,
    }),
    challenged: () => ({
      title: "La tua banca vuole essere sicura che sia tu",
      text: "Conferma il pagamento sulla pagina della tua banca. Poi tornerai qui.",
    }),
    paid: (merchant) => ({
      title: "Pagamento riuscito",
      text: `Grazie. Il tuo pagamento a ${merchant} è andato a buon fine.`,
    }),
    authorized: (merchant) => ({
      title: "Importo riservato",
      text: `Grazie. L’importo è riservato sulla tua carta. ${merchant} lo addebiterà in seguito.`,
    }),
    refunded: (merchant) => ({
      title: "Pagamento rimborsato",
      text: `${merchant} ha rimborsato l’intero importo. Possono servire alcuni giorni prima che compaia sul tuo conto.`,
    }),
    aborted: (merchant) => ({
      title: "Pagamento annullato",
      text: `${merchant} ha annullato questo pagamento. Sulla carta non è stato addebitato nulla.`,
    }),
    expired: (merchant) => ({
      title: "Pagamento scaduto",
      text: `Il pagamento non è stato completato in tempo e sulla carta non è stato addebitato nulla. Torna da ${merchant} per ricominciare.`,
    }),
  },
  failed: {
    title: "Pagamento rifiutato",
    reasons: {
      processing_error: "Non è stato possibile elaborare la carta.",
      card_declined: "La tua banca ha rifiutato la carta.",
      insufficient_funds: "Il saldo del conto collegato alla carta non basta.",
      "3ds_declined": "La tua banca non ha potuto confermare che sei tu.",
      incorrect_number: "Il numero della carta non è valido.",
      fraud_suspected:
        "Il pagamento è stato rifiutato per motivi di sicurezza. La tua banca può darti informazioni.",
      method_unsupported: "Questo tipo di carta non è accettato qui.",
      timeout: "Il pagamento non è stato completato in tempo.",
      aborted: "Il pagamento è stato annullato.",
    },
    advice: (merchant) =>
      `Sulla carta non è stato addebitato nulla. Torna da ${merchant} per riprovare o usare un’altra carta.`,
  },
  links: {
    back: (merchant) => `Torna da ${merchant}`,
    proceed: "Vai alla mia banca",
    refresh: "Controlla di nuovo",
  },
  errors: {
    notFound: {
      title: "Non troviamo questo pagamento",
      text: "L’indirizzo è incompleto o il pagamento non esiste. Torna al negozio e ricomincia.",
    },
    broken: {
      title: "Qualcosa è andato storto da parte nostra",
      text: "Puoi ricaricare questa pagina senza timore: non ti verrà addebitato due volte.",
    },
    busy: {
      title: "Siamo molto occupati",
      text: "Non è stato addebitato nulla. Ricarica questa pagina tra un momento.",
    },
    unreadable: {
      title: "Non siamo riusciti a leggere i dati del browser",
      text: "Non è stato addebitato nulla. Torna indietro e riprova.",
    },
  },
};
