import type { Locale } from "../../api/localised.ts";

/** What messages and pages of subscriptions say besides what an update itself says. */
export interface Words {
  whyYou: (page: string) => string;
  unsubscribe: string;
  earlier: string;
  more: string;
  postmortemSubject: (title: string) => string;
  postmortemBody: string;
  confirmSubject: (page: string) => string;
  confirmBody: (page: string) => string;
  confirmButton: string;
  confirmIgnore: (hours: number) => string;
  confirmQuestion: (page: string) => string;
  confirmed: string;
  confirmedBody: string;
  confirmNotValid: string;
  confirmNotValidBody: string;
  asked: string;
  askedBody: string;
  unsubscribeQuestion: (page: string) => string;
  unsubscribeButton: string;
  unsubscribed: string;
  unsubscribedBody: string;
  notTaken: string;
  tooOften: string;
  badAddress: string;
  noMail: string;
}

export const wordsIn: Readonly<Record<Locale, Words>> = {
  fr: {
    whyYou: (page) => `Vous recevez ce message parce que vous êtes abonné à ${page}.`,
    unsubscribe: "Se désabonner",
    earlier: "Messages précédents",
    more: "Suivre sur la page d’état",
    postmortemSubject: (title) => `Post-mortem : ${title}`,
    postmortemBody:
      "L’analyse de cet incident est publiée : ce qui s’est passé, pourquoi, et ce que nous changeons.",
    confirmSubject: (page) => `Confirmez votre abonnement à ${page}`,
    confirmBody: (page) =>
      `Quelqu’un, sans doute vous, a demandé que cette adresse soit informée des incidents et des maintenances de ${page}. Rien ne sera envoyé avant votre confirmation.`,
    confirmButton: "Confirmer l’abonnement",
    confirmIgnore: (hours) =>
      `Si ce n’était pas vous, ignorez ce message : dans ${String(hours)} heures l’adresse sera effacée.`,
    confirmQuestion: (page) => `Souhaitez-vous être informé par ${page} ?`,
    confirmed: "Abonnement confirmé",
    confirmedBody: "Vous serez informé à partir de maintenant. Chaque message permet de se désabonner.",
    confirmNotValid: "Ce lien n’est plus valable",
    confirmNotValidBody: "Il est trop ancien ou incomplet. Abonnez-vous de nouveau sur la page.",
    asked: "Encore une étape",
    askedBody:
      "Si cette adresse peut être abonnée, un message vient d’y être envoyé. L’abonnement commence quand le lien qu’il contient est confirmé.",
    unsubscribeQuestion: (page) => `Ne plus recevoir de messages de ${page} ?`,
    unsubscribeButton: "Se désabonner",
    unsubscribed: "Désabonné",
    unsubscribedBody: "Plus rien ne sera envoyé à cette adresse, qui a été effacée.",
    notTaken: "L’abonnement n’a pas été enregistré",
    tooOften: "Trop de demandes. Réessayez dans quelques minutes.",
    badAddress: "Cette adresse ne peut pas être utilisée. Vérifiez-la et réessayez.",
    noMail: "Cette page n’envoie pas d’e-mails. Utilisez le flux ou un webhook.",
  },
  en: {
    whyYou: (page) => `You get this message because you subscribed to ${page}.`,
    unsubscribe: "Unsubscribe",
    earlier: "Earlier messages",
    more: "Follow on the status page",
    postmortemSubject: (title) => `Post-mortem: ${title}`,
    postmortemBody: "The analysis of this incident is published: what happened, why, and what we change.",
    confirmSubject: (page) => `Confirm your subscription to ${page}`,
    confirmBody: (page) =>
      `Somebody, probably you, asked that this address be told of incidents and maintenance of ${page}. Nothing is sent until you confirm.`,
    confirmButton: "Confirm the subscription",
    confirmIgnore: (hours) =>
      `If it was not you, ignore this message: in ${String(hours)} hours the address is erased.`,
    confirmQuestion: (page) => `Do you want to be told by ${page}?`,
    confirmed: "Subscription confirmed",
    confirmedBody: "You will be told from now on. Every message lets you unsubscribe.",
    confirmNotValid: "This link is no longer valid",
    confirmNotValidBody: "It is too old or not complete. Subscribe again on the page.",
    asked: "One more step",
    askedBody:
      "If this address can be subscribed, a message was sent to it. The subscription begins when the link in it is confirmed.",
    unsubscribeQuestion: (page) => `Get no more messages from ${page}?`,
    unsubscribeButton: "Unsubscribe",
    unsubscribed: "Unsubscribed",
    unsubscribedBody: "Nothing more is sent to this address, which has been erased.",
    notTaken: "The subscription was not taken",
    tooOften: "Too many requests. Try again in a few minutes.",
    badAddress: "This address can’t be used. Check it and try again.",
    noMail: "This page sends no email. Use the feed or a webhook.",
  },
  it: {
    whyYou: (page) => `Ricevi questo messaggio perché sei iscritto a ${page}.`,
    unsubscribe: "Annulla l’iscrizione",
    earlier: "Messaggi precedenti",
    more: "Segui sulla pagina di stato",
    postmortemSubject: (title) => `Post-mortem: ${title}`,
    postmortemBody:
      "L’analisi di questo incidente è pubblicata: che cosa è successo, perché e che cosa cambiamo.",
    confirmSubject: (page) => `Conferma l’iscrizione a ${page}`,
    confirmBody: (page) =>
      `Qualcuno, probabilmente tu, ha chiesto che questo indirizzo sia informato di incidenti e manutenzioni di ${page}. Non viene inviato nulla prima della conferma.`,
    confirmButton: "Conferma l’iscrizione",
    confirmIgnore: (hours) =>
      `Se non sei stato tu, ignora questo messaggio: tra ${String(hours)} ore l’indirizzo viene cancellato.`,
    confirmQuestion: (page) => `Vuoi essere informato da ${page}?`,
    confirmed: "Iscrizione confermata",
    confirmedBody: "D’ora in poi sarai informato. Ogni messaggio permette di annullare l’iscrizione.",
    confirmNotValid: "Questo link non è più valido",
    confirmNotValidBody: "È troppo vecchio o incompleto. Iscriviti di nuovo dalla pagina.",
    asked: "Ancora un passo",
    askedBody:
      "Se questo indirizzo può essere iscritto, gli è stato inviato un messaggio. L’iscrizione inizia quando il link che contiene viene confermato.",
    unsubscribeQuestion: (page) => `Non ricevere più messaggi da ${page}?`,
    unsubscribeButton: "Annulla l’iscrizione",
    unsubscribed: "Iscrizione annullata",
    unsubscribedBody: "Non verrà più inviato nulla a questo indirizzo, che è stato cancellato.",
    notTaken: "L’iscrizione non è stata registrata",
    tooOften: "Troppe richieste. Riprova tra qualche minuto.",
    badAddress: "Questo indirizzo non può essere usato. Controllalo e riprova.",
    noMail: "Questa pagina non invia e-mail. Usa il feed o un webhook.",
  },
};
