import { createIntl, createIntlCache, type IntlShape } from "@formatjs/intl";
import type { Locale } from "../api/localised.ts";

/** What the page itself says, as ICU messages. What is said of an incident comes from the phrase catalogue. */
const catalogue = {
  "status-of": { fr: "État des services {page}", en: "{page} status", it: "Stato dei servizi {page}" },
  "all-fine": {
    fr: "Tous les services fonctionnent normalement",
    en: "All services are working normally",
    it: "Tutti i servizi funzionano regolarmente",
  },
  "overall-maintenance": {
    fr: "Une maintenance est en cours",
    en: "Maintenance is under way",
    it: "È in corso una manutenzione",
  },
  "overall-degraded": {
    fr: "Certains services sont ralentis",
    en: "Some services are degraded",
    it: "Alcuni servizi sono rallentati",
  },
  "overall-partial": {
    fr: "Certains services sont partiellement interrompus",
    en: "Some services are partially down",
    it: "Alcuni servizi sono parzialmente interrotti",
  },
  "overall-major": {
    fr: "Un service est interrompu",
    en: "A service is down",
    it: "Un servizio è interrotto",
  },
  "overall-incident": {
    fr: "Un incident est en cours",
    en: "An incident is open",
    it: "È in corso un incidente",
  },
  "no-components": {
    fr: "Aucun service n’est encore présenté ici.",
    en: "No service is shown here yet.",
    it: "Nessun servizio è ancora presentato qui.",
  },
  "changed-at": {
    fr: "Dernière mise à jour : {moment}",
    en: "Last updated {moment}",
    it: "Ultimo aggiornamento: {moment}",
  },
  skip: { fr: "Aller au contenu", en: "Skip to content", it: "Vai al contenuto" },
  navigation: { fr: "Navigation", en: "Navigation", it: "Navigazione" },
  languages: { fr: "Langues", en: "Languages", it: "Lingue" },
  language: { fr: "Français", en: "English", it: "Italiano" },
  history: { fr: "Historique", en: "History", it: "Cronologia" },
  subscribe: { fr: "S’abonner", en: "Subscribe", it: "Iscriviti" },
  "open-incidents": { fr: "Incidents en cours", en: "Open incidents", it: "Incidenti in corso" },
  "running-maintenance": {
    fr: "Maintenance en cours",
    en: "Maintenance under way",
    it: "Manutenzione in corso",
  },
  "coming-maintenance": {
    fr: "Maintenances prévues",
    en: "Scheduled maintenance",
    it: "Manutenzioni programmate",
  },
  services: { fr: "Services", en: "Services", it: "Servizi" },
  "services-note": {
    fr: "Disponibilité sur {days} jours",
    en: "Uptime over {days} days",
    it: "Disponibilità su {days} giorni",
  },
  "past-incidents": { fr: "Incidents récents", en: "Recent incidents", it: "Incidenti recenti" },
  "no-past-incidents": {
    fr: "Aucun incident au cours des {days} derniers jours.",
    en: "No incident in the last {days} days.",
    it: "Nessun incidente negli ultimi {days} giorni.",
  },
  "all-history": { fr: "Tout l’historique", en: "All history", it: "Tutta la cronologia" },
  "nothing-in-month": {
    fr: "Aucun incident ni maintenance ce mois-ci.",
    en: "No incident or maintenance in this month.",
    it: "Nessun incidente né manutenzione in questo mese.",
  },
  incidents: { fr: "Incidents", en: "Incidents", it: "Incidenti" },
  maintenances: { fr: "Maintenances", en: "Maintenance", it: "Manutenzioni" },
  months: { fr: "Mois", en: "Months", it: "Mesi" },
  incident: { fr: "Incident", en: "Incident", it: "Incidente" },
  maintenance: { fr: "Maintenance", en: "Maintenance", it: "Manutenzione" },
  updates: { fr: "Communications", en: "Updates", it: "Aggiornamenti" },
  postmortem: { fr: "Post-mortem", en: "Post-mortem", it: "Post-mortem" },
  "postmortem-published": {
    fr: "Publié le {moment}",
    en: "Published {moment}",
    it: "Pubblicato il {moment}",
  },
  "postmortem-elsewhere": {
    fr: "Ce post-mortem n’existe pas encore en français.",
    en: "This post-mortem is not available in English yet.",
    it: "Questo post-mortem non è ancora disponibile in italiano.",
  },
  "edited-at": { fr: "modifié le {moment}", en: "edited {moment}", it: "modificato il {moment}" },
  backdated: {
    fr: "publié après coup, le {moment}",
    en: "published afterwards, {moment}",
    it: "pubblicato a posteriori, il {moment}",
  },
  "text-in-other": {
    fr: "Ce texte n’existe pas encore en français.",
    en: "This text is not available in English yet.",
    it: "Questo testo non è ancora disponibile in italiano.",
  },
  "no-updates": {
    fr: "Aucune communication pour l’instant.",
    en: "No update yet.",
    it: "Ancora nessun aggiornamento.",
  },
  uptime: { fr: "{share} de disponibilité", en: "{share} uptime", it: "{share} di disponibilità" },
  "uptime-unknown": { fr: "Pas encore mesurée", en: "Not measured yet", it: "Non ancora misurata" },
  "uptime-text": {
    fr: "{component} : {share}. {count, plural, =0 {Aucun jour perturbé} one {# jour perturbé} other {# jours perturbés}} du {from} au {to}.",
    en: "{component}: {share}. {count, plural, =0 {No day with disruption} one {# day with disruption} other {# days with disruption}} from {from} to {to}.",
    it: "{component}: {share}. {count, plural, =0 {Nessun giorno con disservizi} one {# giorno con disservizi} other {# giorni con disservizi}} dal {from} al {to}.",
  },
  "uptime-days": {
    fr: "{count, plural, one {# jour perturbé} other {# jours perturbés}}",
    en: "{count, plural, one {# day with disruption} other {# days with disruption}}",
    it: "{count, plural, one {# giorno con disservizi} other {# giorni con disservizi}}",
  },
  "days-ago": { fr: "il y a {days} jours", en: "{days} days ago", it: "{days} giorni fa" },
  today: { fr: "aujourd’hui", en: "today", it: "oggi" },
  "day-trouble": { fr: "{day} : {trouble}", en: "{day}: {trouble}", it: "{day}: {trouble}" },
  "trouble-length": { fr: "{status}, {duration}", en: "{status}, {duration}", it: "{status}, {duration}" },
  "still-running": { fr: "en cours", en: "going on", it: "in corso" },
  legend: { fr: "Légende", en: "Key", it: "Legenda" },
  "no-data": { fr: "Pas de données", en: "No data", it: "Nessun dato" },
  "scheduled-for": { fr: "Début prévu", en: "Planned start", it: "Inizio previsto" },
  "scheduled-until": { fr: "Fin prévue", en: "Planned end", it: "Fine prevista" },
  length: { fr: "Durée prévue", en: "Planned length", it: "Durata prevista" },
  "completed-at": { fr: "Fin", en: "End", it: "Fine" },
  status: { fr: "État", en: "Status", it: "Stato" },
  calendar: {
    fr: "Agenda des maintenances (iCalendar)",
    en: "Maintenance calendar (iCalendar)",
    it: "Calendario delle manutenzioni (iCalendar)",
  },
  feeds: { fr: "Flux", en: "Feeds", it: "Feed" },
  atom: { fr: "Flux Atom", en: "Atom feed", it: "Feed Atom" },
  rss: { fr: "Flux RSS", en: "RSS feed", it: "Feed RSS" },
  data: { fr: "Données (JSON)", en: "Data (JSON)", it: "Dati (JSON)" },
  "subscribe-intro": {
    fr: "Recevez chaque communication dès sa publication. Vous confirmez l’abonnement par un lien et vous vous désabonnez en un clic.",
    en: "Get every update as soon as it is published. You confirm by a link, and unsubscribe with one click.",
    it: "Ricevi ogni aggiornamento appena viene pubblicato. Confermi con un link e annulli con un clic.",
  },
  "by-email": { fr: "Par e-mail", en: "By email", it: "Per e-mail" },
  "email-address": { fr: "Adresse e-mail", en: "Email address", it: "Indirizzo e-mail" },
  "by-webhook": { fr: "Par webhook", en: "By webhook", it: "Tramite webhook" },
  "webhook-intro": {
    fr: "Chaque communication est envoyée en JSON à votre adresse, signée selon Standard Webhooks.",
    en: "Every update is sent to your address as JSON, signed as Standard Webhooks says.",
    it: "Ogni aggiornamento viene inviato al tuo indirizzo in JSON, firmato secondo Standard Webhooks.",
  },
  "webhook-address": {
    fr: "Adresse https de votre service",
    en: "The https address of your service",
    it: "Indirizzo https del tuo servizio",
  },
  "message-language": { fr: "Langue des messages", en: "Language of messages", it: "Lingua dei messaggi" },
  "message-components": {
    fr: "Services (aucun choix : tous)",
    en: "Services (none chosen: all)",
    it: "Servizi (nessuna scelta: tutti)",
  },
  "by-feed": { fr: "Par flux ou agenda", en: "By feed or calendar", it: "Tramite feed o calendario" },
  "not-found": {
    fr: "Cette page n’existe pas.",
    en: "This page does not exist.",
    it: "Questa pagina non esiste.",
  },
  "to-status": {
    fr: "Voir l’état des services",
    en: "See the current status",
    it: "Vedi lo stato dei servizi",
  },
  "this-is-scheduled": {
    fr: "MAINTENANCE PROGRAMMÉE",
    en: "THIS IS A SCHEDULED EVENT",
    it: "MANUTENZIONE PROGRAMMATA",
  },
  "incident-history": {
    fr: "{page} – historique des incidents",
    en: "{page} Status - Incident History",
    it: "{page} – cronologia degli incidenti",
  },
  "maintenance-calendar": {
    fr: "{page} – maintenances",
    en: "{page} maintenance",
    it: "{page} – manutenzioni",
  },
  update: { fr: "Point de situation", en: "Update", it: "Aggiornamento" },
} as const satisfies Record<string, Record<Locale, string>>;

export type Word = keyof typeof catalogue;

const cache = createIntlCache();
const speakers = new Map<Locale, IntlShape<string>>();

/** A word or sentence of the page in a language. */
export function word(key: Word, locale: Locale, values: Record<string, string | number> = {}): string {
  const message: string = catalogue[key][locale];
  // Most have nothing to put in: no need to ask for them to be parsed.
  return message.includes("{") ? speaker(locale).formatMessage({ id: key }, values) : message;
}

function speaker(locale: Locale): IntlShape<string> {
  const known = speakers.get(locale);
  if (known !== undefined) return known;
  const messages = Object.fromEntries(Object.entries(catalogue).map(([key, texts]) => [key, texts[locale]]));
  const made = createIntl(
    {
      locale,
      messages,
      // A half sentence must not reach a client.
      onError(error) {
        throw error;
      },
    },
    cache,
  );
  speakers.set(locale, made);
  return made;
}
