import type { Phrases } from "./phrase.ts";

const components = { components: "components" } as const;

/** What is wrong, and what is not. Names of components stand where no article and no verb depends on them. */
export const troubles: Phrases = {
  "title-disruptions": {
    values: components,
    texts: {
      fr: "Perturbations : {components}",
      en: "Disruptions: {components}",
      it: "Anomalie: {components}",
    },
  },
  investigating: {
    values: components,
    texts: {
      fr: "Nous constatons des perturbations sur {components} et en recherchons la cause.",
      en: "We are seeing disruptions on {components} and are looking for the cause.",
      it: "Riscontriamo anomalie su {components} e ne stiamo cercando la causa.",
    },
  },
  "auto-detected": {
    values: { ...components, startedAt: "moment" },
    texts: {
      fr: "Notre surveillance signale des échecs sur {components} depuis le {startedAt}. Nos équipes sont prévenues.",
      en: "Our monitoring has reported failures on {components} since {startedAt}. Our teams have been called.",
      it: "Il nostro monitoraggio segnala errori su {components} dal {startedAt}. I nostri team sono stati avvisati.",
    },
  },
  "identified-difficulties": {
    values: components,
    texts: {
      fr: "Des difficultés sont confirmées sur {components}.",
      en: "Difficulties are confirmed on {components}.",
      it: "Sono confermate difficoltà su {components}.",
    },
  },
  "affected-components": {
    values: components,
    texts: {
      fr: "{count, plural, one {Service concerné} other {Services concernés}} : {components}.",
      en: "{count, plural, one {Affected service} other {Affected services}}: {components}.",
      it: "{count, plural, one {Servizio interessato} other {Servizi interessati}}: {components}.",
    },
  },
  degraded: {
    values: components,
    texts: {
      fr: "Des lenteurs ou des refus sont possibles sur {components}.",
      en: "Slow answers or refusals are possible on {components}.",
      it: "Sono possibili rallentamenti o rifiuti su {components}.",
    },
  },
  interrupted: {
    values: components,
    texts: {
      fr: "Le service est interrompu sur {components}.",
      en: "Service is interrupted on {components}.",
      it: "Il servizio è interrotto su {components}.",
    },
  },
  "no-impact": {
    values: { unaffected: "components" },
    texts: {
      fr: "Aucun impact sur {unaffected}.",
      en: "No impact on {unaffected}.",
      it: "Nessun impatto su {unaffected}.",
    },
  },
  "cause-deployment": {
    values: {},
    texts: {
      fr: "L’origine est une mise en production.",
      en: "A deployment is the cause.",
      it: "L’origine è un rilascio in produzione.",
    },
  },
  "cause-release": {
    values: { version: "text" },
    texts: {
      fr: "L’origine est la mise en production de {version}.",
      en: "The deployment of {version} is the cause.",
      it: "L’origine è il rilascio in produzione di {version}.",
    },
  },
  "cause-structure-without-application": {
    values: {},
    texts: {
      fr: "L’origine est un changement de la structure d’une base de données, déployé sans l’application qui l’accompagne.",
      en: "A change of a database’s structure, deployed without the application that goes with it, is the cause.",
      it: "L’origine è una modifica della struttura di un database, distribuita senza l’applicazione che l’accompagna.",
    },
  },
  "cause-third-party": {
    values: {},
    texts: {
      fr: "L’origine se trouve chez un de nos prestataires, avec qui nous sommes en contact.",
      en: "The cause lies with one of our providers, with whom we are in contact.",
      it: "L’origine è presso uno dei nostri fornitori, con cui siamo in contatto.",
    },
  },
  "false-alarm": {
    values: {},
    texts: {
      fr: "Après vérification, il s’agit d’une fausse alerte : le service n’a pas été touché.",
      en: "After verification this was a false alarm: the service was not affected.",
      it: "Dopo verifica si tratta di un falso allarme: il servizio non è stato colpito.",
    },
  },
};
