import { z } from "zod";
import {
  classificationSchema,
  factsChangeSchema,
  impactChangeSchema,
  incidentReferenceSchema,
  incidentSchema,
  mergeSchema,
  newPrioritySchema,
  noteSchema,
  timelineSchema,
} from "../api/incidents.ts";
import { factsExportSchema, incidentDetailSchema } from "../api/incident-detail.ts";
import { submissionSchema } from "../api/reports.ts";
import { acknowledgementSchema, assignmentSchema } from "../api/unit.ts";
import { acknowledgeIncident } from "../incident/acknowledge-incident.ts";
import { addNote } from "../incident/add-note.ts";
import { changeFacts } from "../incident/change-facts.ts";
import { changeImpacts } from "../incident/change-impacts.ts";
import { changePriority } from "../incident/change-priority.ts";
import { classifyIncident } from "../incident/classify-incident.ts";
import { findIncident } from "../incident/find-incident.ts";
import { mergeIncident } from "../incident/merge-incident.ts";
import { readIncident } from "../incident/read-incident.ts";
import { readTimeline } from "../incident/read-timeline.ts";
import { exportFacts } from "../incident/reporting/export-facts.ts";
import { recordSubmission } from "../incident/reporting/record-submission.ts";
import type { IncidentServices } from "../incident/services.ts";
import { assignRole } from "../incident/unit/assign-role.ts";
import { openUnitOf } from "../incident/unit/open-unit-of.ts";
import { givenMoments } from "./given-moments.ts";
import { route, type Route } from "./route.ts";

const ofIncident = z.object({ incident: incidentReferenceSchema });
type Services = Pick<IncidentServices, "control" | "sealer">;

/** One incident: read it, and work on it. */
export function incidentWorkRoutes(services: Services): Route[] {
  const { query } = services.control;
  const verb = <Body extends z.ZodType>(
    name: string,
    summary: string,
    body: Body,
    handle: Parameters<
      typeof route<typeof ofIncident, z.ZodUndefined, Body, typeof incidentSchema>
    >[0]["handle"],
  ): Route =>
    route({
      method: "POST",
      path: `/incidents/:incident/${name}`,
      summary,
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body,
      answer: incidentSchema,
      handle,
    });
  return [
    route({
      method: "GET",
      path: "/incidents/:incident",
      summary: "An incident with its header in every language, updates, intervals, unit and reports.",
      scope: "read",
      status: 200,
      params: ofIncident,
      answer: incidentDetailSchema,
      handle: ({ params }) => readIncident(services, params.incident),
    }),
    route({
      method: "GET",
      path: "/incidents/:incident/timeline",
      summary: "What happened in and around an incident, and in those that were merged into it.",
      scope: "read",
      status: 200,
      params: ofIncident,
      answer: timelineSchema,
      handle: async ({ params }) => {
        const { id } = await findIncident(query, params.incident);
        return { timeline: await readTimeline(query, { incident: id }) };
      },
    }),
    route({
      method: "GET",
      path: "/incidents/:incident/facts",
      summary: "All facts of an incident, for a report to the authorities.",
      scope: "read",
      status: 200,
      params: ofIncident,
      answer: factsExportSchema,
      handle: ({ params }) => exportFacts(services, params.incident),
    }),
    route({
      method: "PATCH",
      path: "/incidents/:incident/facts",
      summary: "Corrects facts of an incident, by the revision that was read.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: factsChangeSchema,
      answer: incidentSchema,
      handle: ({ params, body, caller }) => changeFacts(services, { ...params, change: body, caller }),
    }),
    verb(
      "acknowledge",
      "Takes an incident on; answers calls.",
      acknowledgementSchema,
      ({ params, body, caller }) => acknowledgeIncident(services, { ...params, ...body, caller }),
    ),
    verb(
      "assign",
      "Gives a role in the unit to somebody, or to nobody.",
      assignmentSchema,
      ({ params, body, caller }) => assignRole(services, { ...params, ...body, caller }),
    ),
    verb("unit", "Opens the unit of an incident that is no P1.", z.strictObject({}), ({ params, caller }) =>
      openUnitOf(services, { ...params, caller }),
    ),
    verb("notes", "Writes something down on the timeline.", noteSchema, ({ params, body, caller }) =>
      addNote(services, { ...params, ...givenMoments(body, ["at"]), caller }),
    ),
    verb(
      "priority",
      "Makes an incident more or less urgent.",
      newPrioritySchema,
      ({ params, body, caller }) => changePriority(services, { ...params, ...body, caller }),
    ),
    verb(
      "impact",
      "Says what an incident does to components.",
      impactChangeSchema,
      ({ params, body, caller }) =>
        changeImpacts(services, { ...params, ...givenMoments(body, ["at"]), caller }),
    ),
    verb("merge", "Goes on with an incident in another one.", mergeSchema, ({ params, body, caller }) =>
      mergeIncident(services, { ...params, ...body, caller }),
    ),
    verb(
      "classify",
      "Classifies an incident as major: the authorities' clock begins.",
      classificationSchema,
      ({ params, body, caller }) =>
        classifyIncident(services, { ...params, ...givenMoments(body, ["at"]), caller }),
    ),
    verb(
      "reports",
      "Writes down that a report was submitted to the authorities.",
      submissionSchema,
      ({ params, body, caller }) =>
        recordSubmission(services, { ...params, ...givenMoments(body, ["at"]), caller }),
    ),
  ];
}
