import type { Category, ImpactStatus, IncidentStatus } from "../api/incidents.ts";
import type { Locale } from "../api/localised.ts";
import type { UnitRole } from "../api/unit.ts";
import type { MaintenanceStatus } from "../api/updates.ts";

/** The same in every language of the catalogue. */
export type Label = Readonly<Record<Locale, string>>;

/** What state an incident or a maintenance is in. */
export const statusLabels: Readonly<Record<IncidentStatus | MaintenanceStatus, Label>> = {
  investigating: { fr: "En cours d’analyse", en: "Investigating", it: "In corso di analisi" },
  identified: { fr: "Identifié", en: "Identified", it: "Identificato" },
  monitoring: { fr: "Sous surveillance", en: "Monitoring", it: "In osservazione" },
  resolved: { fr: "Résolu", en: "Resolved", it: "Risolto" },
  postmortem: { fr: "Analyse publiée", en: "Post-mortem", it: "Analisi pubblicata" },
  scheduled: { fr: "Prévue", en: "Scheduled", it: "Prevista" },
  in_progress: { fr: "En cours", en: "In progress", it: "In corso" },
  verifying: { fr: "En vérification", en: "Verifying", it: "In verifica" },
  completed: { fr: "Terminée", en: "Completed", it: "Conclusa" },
  cancelled: { fr: "Annulée", en: "Cancelled", it: "Annullata" },
};

/** What state a component is in. */
export const impactLabels: Readonly<Record<ImpactStatus, Label>> = {
  operational: { fr: "Opérationnel", en: "Operational", it: "Operativo" },
  degraded_performance: { fr: "Service dégradé", en: "Degraded performance", it: "Servizio degradato" },
  partial_outage: { fr: "Interruption partielle", en: "Partial outage", it: "Interruzione parziale" },
  major_outage: { fr: "Interruption majeure", en: "Major outage", it: "Interruzione grave" },
  under_maintenance: { fr: "En maintenance", en: "Under maintenance", it: "In manutenzione" },
};

export const categoryLabels: Readonly<Record<Category, Label>> = {
  "production-processing": {
    fr: "Production - Traitement des opérations",
    en: "Production - Processing",
    it: "Produzione - Elaborazione delle operazioni",
  },
  infrastructure: { fr: "Infrastructure", en: "Infrastructure", it: "Infrastruttura" },
  database: { fr: "Base de données", en: "Database", it: "Database" },
  deployment: { fr: "Mise en production", en: "Deployment", it: "Rilascio in produzione" },
  network: { fr: "Réseau", en: "Network", it: "Rete" },
  security: { fr: "Sécurité", en: "Security", it: "Sicurezza" },
  "third-party": { fr: "Prestataire externe", en: "Third party", it: "Fornitore esterno" },
  data: { fr: "Données", en: "Data", it: "Dati" },
  other: { fr: "Autre", en: "Other", it: "Altro" },
};

/** The fields of an incident's header, in the order in which they are shown. */
export const headerLabels = {
  start: { fr: "Début", en: "Start", it: "Inizio" },
  end: { fr: "Fin", en: "End", it: "Fine" },
  duration: { fr: "Durée", en: "Duration", it: "Durata" },
  category: { fr: "Catégorie", en: "Category", it: "Categoria" },
  responsibility: { fr: "Responsabilité", en: "Responsibility", it: "Responsabilità" },
  priority: { fr: "Priorité", en: "Priority", it: "Priorità" },
  affected: { fr: "Services concernés", en: "Affected services", it: "Servizi interessati" },
  unaffected: { fr: "Services non concernés", en: "Services not affected", it: "Servizi non interessati" },
} as const satisfies Readonly<Record<string, Label>>;

export const roleLabels: Readonly<Record<UnitRole, Label>> = {
  lead: { fr: "Pilote de l’incident", en: "Incident lead", it: "Responsabile dell’incidente" },
  communications: { fr: "Communication", en: "Communications", it: "Comunicazione" },
  "technical-lead": { fr: "Responsable technique", en: "Technical lead", it: "Responsabile tecnico" },
  scribe: { fr: "Secrétaire", en: "Scribe", it: "Verbalizzante" },
};
