import type { Phrases } from "./phrase.ts";

const components = { components: "components" } as const;

/** Work that is announced. */
export const maintenance: Phrases = {
  "maintenance-scheduled": {
    values: { ...components, from: "moment", until: "moment" },
    texts: {
      fr: "Une maintenance sur {components} est prévue du {from} au {until}.",
      en: "Maintenance of {components} is scheduled from {from} to {until}.",
      it: "Una manutenzione di {components} è prevista dal {from} al {until}.",
    },
  },
  "maintenance-reminder": {
    values: { ...components, from: "moment", until: "moment" },
    texts: {
      fr: "Rappel : la maintenance sur {components} commence le {from} et se termine le {until}.",
      en: "Reminder: maintenance of {components} begins on {from} and ends on {until}.",
      it: "Promemoria: la manutenzione di {components} inizia il {from} e termina il {until}.",
    },
  },
  "maintenance-begins": {
    values: { ...components, until: "moment" },
    texts: {
      fr: "La maintenance sur {components} a commencé. Elle est prévue jusqu’au {until}.",
      en: "Maintenance of {components} has begun. It is planned to last until {until}.",
      it: "La manutenzione di {components} è iniziata. È prevista fino al {until}.",
    },
  },
  "maintenance-verifying": {
    values: components,
    texts: {
      fr: "Les travaux sont terminés. Nous vérifions {components}.",
      en: "The work is done. We are verifying {components}.",
      it: "I lavori sono terminati. Stiamo verificando {components}.",
    },
  },
  "maintenance-completed": {
    values: components,
    texts: {
      fr: "La maintenance sur {components} est terminée.",
      en: "Maintenance of {components} is completed.",
      it: "La manutenzione di {components} è conclusa.",
    },
  },
  "maintenance-extended": {
    values: { ...components, until: "moment" },
    texts: {
      fr: "La maintenance sur {components} est prolongée jusqu’au {until}.",
      en: "Maintenance of {components} is extended until {until}.",
      it: "La manutenzione di {components} è prolungata fino al {until}.",
    },
  },
  "maintenance-cancelled": {
    values: { ...components, from: "moment" },
    texts: {
      fr: "La maintenance sur {components} prévue le {from} est annulée.",
      en: "The maintenance of {components} scheduled for {from} is cancelled.",
      it: "La manutenzione di {components} prevista per il {from} è annullata.",
    },
  },
};
