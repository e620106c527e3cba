import type { Phrases } from "./phrases.ts";

// U+00A0 stands before the signs that French sets apart, so that they don't begin a line.
export const french: Phrases = {
  language: { own: "Français", choose: "Langue" },
  tab: (merchant) => `Paiement à ${merchant}`,
  tabProblem: "À corriger",
  summary: {
    heading: "Votre paiement",
    amount: "Montant",
    merchant: "Bénéficiaire",
    description: "Objet",
    reference: "Référence",
    card: "Carte",
    moment: "Date",
    cardEnding: ({ brand, last4 }) => `${brand ?? "Carte"} se terminant par ${last4}`,
  },
  form: {
    heading: "Payer par carte",
    accepted: "Visa, Mastercard et American Express",
    number: "Numéro de carte",
    expiry: "Date d’expiration",
    expiryHint: "Mois / année, par exemple 06/28",
    securityCode: "Code de sécurité",
    securityCodeHint: "3 chiffres au dos\u00a0; Amex\u00a0: 4 au recto",
    save: (merchant) => `Enregistrer cette carte pour mes prochains achats chez ${merchant}`,
    willSave: (merchant) => `${merchant} conservera cette carte pour vos prochains paiements.`,
    plan: (merchant) =>
      `Ceci est la première de plusieurs échéances. ${merchant} débitera les suivantes sur la même carte, à leur date.`,
    deferred: (merchant) =>
      `Le montant est seulement réservé sur votre carte aujourd’hui. ${merchant} le débitera plus tard, sans jamais le dépasser.`,
    pay: (amount) => `Payer ${amount}`,
    reserve: (amount) => `Réserver ${amount}`,
    busy: "Un instant…",
    cancel: (merchant) => `Annuler et revenir chez ${merchant}`,
    privacy: (merchant) => `Votre numéro de carte est transmis à la banque. ${merchant} ne le voit pas.`,
  },
  problems: {
    heading: (count) => (count === 1 ? "Un point est à corriger" : `${String(count)} points sont à corriger`),
    numberMissing: "Saisissez votre numéro de carte.",
    numberNotDigits: "Le numéro de carte ne contient que des chiffres.",
    numberLength: "Un numéro de carte compte 12 à 19 chiffres. Vérifiez-le.",
    numberWrong: "Ce numéro de carte n’est pas valable. Vérifiez chaque chiffre.",
    expiryMissing: "Saisissez la date d’expiration de votre carte.",
    expiryForm: "Saisissez la date d’expiration sous la forme mois et année, par exemple 06/28.",
    expiryPast: "Cette carte a expiré. Utilisez-en une autre.",
    codeMissing: "Saisissez le code de sécurité de votre carte.",
    codeThree: "Le code de sécurité correspond aux 3 chiffres au dos de votre carte.",
    codeFour: "Le code de sécurité American Express correspond aux 4 chiffres au recto de la carte.",
  },
  test: {
    heading: "Mode test",
    text: "Aucun argent n’est échangé.",
    advice:
      "Utilisez une des cartes de test, avec une date d’expiration future et un code de sécurité au choix.",
    cards: "Voir les cartes de test",
    number: "Numéro de carte",
    outcome: "Résultat",
    outcomes: {
      approved: "Le paiement réussit",
      declined: "La banque refuse la carte",
      insufficientFunds: "Le solde du compte est insuffisant",
      challenge: "La banque demande un code\u00a0: 000000",
    },
  },
  states: {
    charging: (merchant) => ({
      title: "Votre paiement est en cours",
      text: `Votre banque n’a pas encore répondu. Vous pouvez attendre ici ou fermer cette page\u00a0: ${merchant} en connaîtra l’issue et vous ne serez pas débité deux fois.`,
    }),
    challenged: () => ({
      title: "Votre banque veut s’assurer que c’est bien vous",
      text: "Confirmez le paiement sur la page de votre banque. Vous reviendrez ensuite ici.",
    }),
    paid: (merchant) => ({
      title: "Paiement effectué",
      text: `Merci. Votre paiement à ${merchant} a bien été effectué.`,
    }),
    authorized: (merchant) => ({
      title: "Montant réservé",
      text: `Merci. Le montant est réservé sur votre carte. ${merchant} le débitera plus tard.`,
    }),
    refunded: (merchant) => ({
      title: "Paiement remboursé",
      text: `${merchant} a remboursé la totalité du montant. Il peut s’écouler quelques jours avant qu’il apparaisse sur votre compte.`,
    }),
    aborted: (merchant) => ({
      title: "Paiement annulé",
      text: `${merchant} a annulé ce paiement. Votre carte n’a pas été débitée.`,
    }),
    expired: (merchant) => ({
      title: "Paiement expiré",
      text: `Le paiement n’a pas été terminé à temps et votre carte n’a pas été débitée. Revenez chez ${merchant} pour recommencer.`,
    }),
  },
  failed: {
    title: "Paiement refusé",
    reasons: {
      processing_error: "Votre carte n’a pas pu être traitée.",
      card_declined: "Votre banque a refusé la carte.",
      insufficient_funds: "Le solde du compte associé à la carte est insuffisant.",
      "3ds_declined": "Votre banque n’a pas pu confirmer qu’il s’agit bien de vous.",
      incorrect_number: "Le numéro de carte n’est pas valable.",
      fraud_suspected:
        "Le paiement a été refusé pour des raisons de sécurité. Votre banque peut vous renseigner.",
      method_unsupported: "Ce type de carte n’est pas accepté ici.",
      timeout: "Le paiement n’a pas été terminé à temps.",
      aborted: "Le paiement a été annulé.",
    },
    advice: (merchant) =>
      `Votre carte n’a pas été débitée. Revenez chez ${merchant} pour réessayer ou utiliser une autre carte.`,
  },
  links: {
    back: (merchant) => `Revenir chez ${merchant}`,
    proceed: "Continuer vers ma banque",
    refresh: "Vérifier à nouveau",
  },
  errors: {
    notFound: {
      title: "Ce paiement est introuvable",
      text: "L’adresse est incomplète ou le paiement n’existe pas. Revenez à la boutique et recommencez.",
    },
    broken: {
      title: "Une erreur s’est produite de notre côté",
      text: "Vous pouvez recharger cette page sans crainte\u00a0: vous ne serez pas débité deux fois.",
    },
    busy: {
      title: "Nous sommes très sollicités",
      text: "Rien n’a été débité. Rechargez cette page dans un instant.",
    },
    unreadable: {
      title: "Nous n’avons pas pu lire l’envoi de votre navigateur",
      text: "Rien n’a été débité. Revenez en arrière et réessayez.",
    },
  },
};
