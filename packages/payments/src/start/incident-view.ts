import type { InterlockServer } from "./interlock-server.ts";
import { environment } from "./set-up-interlock.ts";

/** An incident as the server tells of it, as far as it is told here; see its OpenAPI document. */
export interface IncidentView {
  incident: {
    id: string;
    reference: string;
    priority: string;
    status: "investigating" | "identified" | "monitoring" | "resolved" | "postmortem";
    affected: { names: { en?: string } }[];
    unaffected: { names: { en?: string } }[];
    startedAt: string;
    detectedAt: string;
    openedAt: string;
    recoveredAt: string | null;
    endedAt: string | null;
  };
  header: Record<"fr" | "en" | "it", { key: string; label: string; text: string }[]>;
  updates: {
    status: string;
    state: string;
    publishedAt: string | null;
    texts: { locale: string; body: string }[];
  }[];
  unit: {
    openedAt: string | null;
    calls: { person: string; role: string; calledAt: string; answeredAt: string | null }[];
  };
}

export interface CulpritView {
  title: string;
  who: string;
  hasEvidence: boolean;
  reasons: { isEvidence: boolean; text: string }[];
}

/** The incident that is open, or undefined while there is none. */
export async function findOpenIncident(
  server: Pick<InterlockServer, "read">,
): Promise<IncidentView | undefined> {
  const { incidents } = (await server.read(`/environments/${environment}/incidents`)) as {
    incidents: { reference: string }[];
  };
  const [first] = incidents;
  return first === undefined ? undefined : readIncident(server, first.reference);
}

export async function readIncident(
  server: Pick<InterlockServer, "read">,
  reference: string,
): Promise<IncidentView> {
  return (await server.read(`/incidents/${reference}`)) as IncidentView;
}

export async function readCulprits(
  server: Pick<InterlockServer, "read">,
  reference: string,
): Promise<CulpritView[]> {
  const { culprits } = (await server.read(`/incidents/${reference}/culprits`)) as { culprits: CulpritView[] };
  return culprits;
}
