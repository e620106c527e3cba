import { z } from "zod";
import { idSchema } from "../api/names.ts";
import {
  addedSubscriberSchema,
  deliveryListQuerySchema,
  deliveryListSchema,
  importAnswerSchema,
  importRequestSchema,
  newSubscriberSchema,
  subscriberListQuerySchema,
  subscriberListSchema,
  subscriberSchema,
} from "../api/subscribers.ts";
import { listDeliveries } from "../notify/delivery/list-deliveries.ts";
import type { NotifyServices } from "../notify/services.ts";
import { addSubscriber } from "../notify/subscription/add-subscriber.ts";
import { importSubscribers } from "../notify/subscription/import-subscribers.ts";
import { listSubscribers } from "../notify/subscription/list-subscribers.ts";
import { removeSubscriber } from "../notify/subscription/remove-subscriber.ts";
import { route, type Route } from "./route.ts";

/** Who is told, and what became of telling them. */
export function subscriberRoutes(services: NotifyServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/subscribers",
      summary: "Subscribers in the order that they came; addresses are shown with most of them left out.",
      scope: "subscriber:write",
      status: 200,
      query: subscriberListQuerySchema,
      answer: subscriberListSchema,
      handle: ({ query, caller }) => listSubscribers(services, { ...query, caller }),
    }),
    route({
      method: "POST",
      path: "/subscribers",
      summary: "Adds a subscriber: whoever has the address is asked to confirm.",
      description:
        "With `confirmedBecause` nobody is asked: say where they agreed. The secret of a webhook's signatures is in this answer and nowhere else.",
      scope: "subscriber:write",
      status: 201,
      body: newSubscriberSchema,
      answer: addedSubscriberSchema,
      handle: ({ body, caller }) => addSubscriber(services, { subscriber: body, caller }),
    }),
    route({
      method: "POST",
      path: "/subscribers/import",
      summary: "Adds subscribers from comma-separated values; those who are there already stay as they are.",
      scope: "subscriber:write",
      status: 200,
      body: importRequestSchema,
      answer: importAnswerSchema,
      handle: ({ body, caller }) => importSubscribers(services, { ...body, caller }),
    }),
    route({
      method: "DELETE",
      path: "/subscribers/:subscriber",
      summary: "Removes a subscriber and erases the address.",
      scope: "subscriber:write",
      status: 200,
      params: z.object({ subscriber: idSchema("sub") }),
      answer: subscriberSchema,
      handle: ({ params, caller }) => removeSubscriber(services, { ...params, caller }),
    }),
    route({
      method: "GET",
      path: "/deliveries",
      summary: "What became of telling subscribers, the latest first.",
      scope: "read",
      status: 200,
      query: deliveryListQuerySchema,
      answer: deliveryListSchema,
      handle: ({ query }) => listDeliveries(services, query),
    }),
  ];
}
