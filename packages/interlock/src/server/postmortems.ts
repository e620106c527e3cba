import { z } from "zod";
import { incidentReferenceSchema } from "../api/incidents.ts";
import {
  askChangesSchema,
  documentQuerySchema,
  draftPostmortemSchema,
  postmortemDocumentSchema,
  postmortemSchema,
  publishPostmortemSchema,
  pushedSeriesSchema,
  pushSeriesSchema,
  revisionSchema,
  seriesSchema,
  writePostmortemSchema,
} from "../api/postmortems.ts";
import type { Control } from "../control/control.ts";
import { draftPostmortem } from "../postmortem/draft-postmortem.ts";
import { publishPostmortem } from "../postmortem/publish-postmortem.ts";
import { readDocument } from "../postmortem/read-document.ts";
import { readFacts } from "../postmortem/read-facts.ts";
import { readPostmortem } from "../postmortem/read-postmortem.ts";
import { reviewPostmortem } from "../postmortem/review-postmortem.ts";
import { pushSeries } from "../postmortem/series/push-series.ts";
import { readSeries } from "../postmortem/series/read-series.ts";
import { submitPostmortem } from "../postmortem/submit-postmortem.ts";
import { writePostmortem } from "../postmortem/write-postmortem.ts";
import { route, type Route } from "./route.ts";

const ofIncident = z.object({ incident: incidentReferenceSchema });
const path = "/incidents/:incident/postmortem";

/** Post-mortems, and the figures that their pictures are drawn from. */
export function postmortemRoutes(services: { control: Control }): Route[] {
  const { control } = services;
  return [
    route({
      method: "GET",
      path,
      summary: "A post-mortem: its texts, what stands against publishing it, what its facts speak for doing.",
      scope: "read",
      status: 200,
      params: ofIncident,
      answer: postmortemSchema,
      handle: ({ params }) => readPostmortem(control.query, params.incident),
    }),
    route({
      method: "POST",
      path,
      summary: "Drafts a post-mortem from the facts, in every required language.",
      scope: "incident:write",
      status: 201,
      params: ofIncident,
      body: draftPostmortemSchema,
      answer: postmortemSchema,
      handle: ({ params, body, caller }) => draftPostmortem(services, { ...params, ...body, caller }),
    }),
    route({
      method: "PATCH",
      path,
      summary: "Writes sections in one language or several; a language that is left out becomes stale.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: writePostmortemSchema,
      answer: postmortemSchema,
      handle: ({ params, body, caller }) => writePostmortem(services, { ...params, ...body, caller }),
    }),
    route({
      method: "POST",
      path: `${path}/submit`,
      summary: "Hands a draft to somebody else to read.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: revisionSchema,
      answer: postmortemSchema,
      handle: ({ params, body, caller }) => submitPostmortem(services, { ...params, ...body, caller }),
    }),
    route({
      method: "POST",
      path: `${path}/approve`,
      summary: "Says, as somebody who wrote none of it, that it may be published.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: revisionSchema,
      answer: postmortemSchema,
      handle: ({ params, body, caller }) =>
        reviewPostmortem(services, { ...params, ...body, note: null, caller }),
    }),
    route({
      method: "POST",
      path: `${path}/ask-changes`,
      summary: "Sends it back to its authors, with what is to be changed.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: askChangesSchema,
      answer: postmortemSchema,
      handle: ({ params, body, caller }) => reviewPostmortem(services, { ...params, ...body, caller }),
    }),
    route({
      method: "POST",
      path: `${path}/publish`,
      summary: "Publishes what was approved; a later edition is marked as edited.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: publishPostmortemSchema,
      answer: postmortemSchema,
      handle: ({ params, body, caller }) => publishPostmortem(services, { ...params, ...body, caller }),
    }),
    route({
      method: "GET",
      path: `${path}/document`,
      summary: "A post-mortem in one language with its facts put in, as Markdown, as HTML, and its picture.",
      scope: "read",
      status: 200,
      params: ofIncident,
      query: documentQuerySchema,
      answer: postmortemDocumentSchema,
      handle: ({ params, query }) => readDocument(control.query, { ...params, ...query }),
    }),
    route({
      method: "GET",
      path: "/incidents/:incident/series",
      summary: "Requests around an incident, or Interlock's own checks where nobody counted requests.",
      scope: "read",
      status: 200,
      params: ofIncident,
      answer: seriesSchema,
      handle: async ({ params }) => {
        const { incident } = await readFacts(control.query, params.incident);
        const { source, points } = await readSeries(control.query, incident);
        return { source, points: points.map(({ at, ok, failed }) => ({ at: at.toISOString(), ok, failed })) };
      },
    }),
    route({
      method: "POST",
      path: "/incidents/:incident/series",
      summary: "Gives what a platform counted: requests that went well and that failed, moment by moment.",
      description:
        "Each count holds from its moment until the next one. A moment that was given before is given anew.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: pushSeriesSchema,
      answer: pushedSeriesSchema,
      handle: ({ params, body, caller }) =>
        pushSeries(services, {
          ...params,
          points: body.points.map(({ at, ok, failed }) => ({ at: new Date(at), ok, failed })),
          caller,
        }),
    }),
  ];
}
