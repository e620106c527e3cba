import type { Phrases } from "./phrase.ts";

/** What is being done, and how the service comes back. */
export const progress: Phrases = {
  "action-under-way": {
    values: {},
    texts: {
      fr: "Nos équipes interviennent pour rétablir le service.",
      en: "Our teams are at work to restore the service.",
      it: "I nostri team sono al lavoro per ripristinare il servizio.",
    },
  },
  "rollback-under-way": {
    values: {},
    texts: {
      fr: "Un retour à l’état précédent est en cours.",
      en: "The previous state is being brought back.",
      it: "È in corso il ritorno allo stato precedente.",
    },
  },
  "fix-deployed": {
    values: {},
    texts: {
      fr: "Un correctif a été mis en production.",
      en: "A fix has been deployed.",
      it: "Una correzione è stata rilasciata in produzione.",
    },
  },
  "fix-deployed-version": {
    values: { version: "text" },
    texts: {
      fr: "Le correctif {version} a été mis en production.",
      en: "The fix {version} has been deployed.",
      it: "La correzione {version} è stata rilasciata in produzione.",
    },
  },
  "service-resuming": {
    values: {},
    texts: {
      fr: "Le service reprend peu à peu.",
      en: "Service is coming back step by step.",
      it: "Il servizio sta riprendendo gradualmente.",
    },
  },
  "backlog-processing": {
    values: {},
    texts: {
      fr: "Les opérations en attente sont en cours de traitement.",
      en: "Operations that were waiting are being processed.",
      it: "Le operazioni in attesa sono in corso di elaborazione.",
    },
  },
  "monitoring-recovery": {
    values: {},
    texts: {
      fr: "Nous suivons de près le retour à la normale.",
      en: "We are following the return to normal closely.",
      it: "Seguiamo da vicino il ritorno alla normalità.",
    },
  },
  "next-update": {
    values: { at: "moment" },
    texts: {
      fr: "Prochaine information au plus tard le {at}.",
      en: "Next information by {at} at the latest.",
      it: "Prossima comunicazione entro il {at}.",
    },
  },
  resolved: {
    values: {},
    texts: {
      fr: "L’incident est terminé et le service est rétabli.",
      en: "The incident is over and the service is restored.",
      it: "L’incidente è terminato e il servizio è ripristinato.",
    },
  },
  "service-restored": {
    values: { recoveredAt: "moment", duration: "duration" },
    texts: {
      fr: "Le service est rétabli depuis le {recoveredAt}, après {duration} de perturbation.",
      en: "Service has been restored since {recoveredAt}, after {duration} of disruption.",
      it: "Il servizio è ripristinato dal {recoveredAt}, dopo {duration} di anomalia.",
    },
  },
  "auto-recovered": {
    values: { components: "components", recoveredAt: "moment" },
    texts: {
      fr: "Notre surveillance constate un fonctionnement normal sur {components} depuis le {recoveredAt}.",
      en: "Our monitoring has seen normal operation of {components} since {recoveredAt}.",
      it: "Il nostro monitoraggio rileva un funzionamento normale di {components} dal {recoveredAt}.",
    },
  },
  "still-watching": {
    values: {},
    texts: {
      fr: "Nous restons attentifs à la stabilité du service.",
      en: "We keep watching that the service stays stable.",
      it: "Continuiamo a vigilare sulla stabilità del servizio.",
    },
  },
  "retry-possible": {
    values: {},
    texts: {
      fr: "Les opérations refusées pendant l’incident peuvent être présentées à nouveau.",
      en: "Operations that were refused during the incident can be sent again.",
      it: "Le operazioni rifiutate durante l’incidente possono essere ripresentate.",
    },
  },
  reopened: {
    values: {},
    texts: {
      fr: "Les perturbations sont revenues : l’incident est rouvert.",
      en: "The disruptions have come back: the incident is open again.",
      it: "Le anomalie si sono ripresentate: l’incidente è riaperto.",
    },
  },
  "merged-into": {
    values: { reference: "text" },
    texts: {
      fr: "Cet incident a la même origine que {reference}, où la suite est publiée.",
      en: "This incident has the same cause as {reference}, where all further information is published.",
      it: "Questo incidente ha la stessa origine di {reference}, dove è pubblicato il seguito.",
    },
  },
  "postmortem-published": {
    values: {},
    texts: {
      fr: "L’analyse de l’incident est publiée : déroulement, cause et actions.",
      en: "The analysis of the incident is published: what happened, why, and what will be done.",
      it: "L’analisi dell’incidente è pubblicata: svolgimento, causa e azioni.",
    },
  },
};
