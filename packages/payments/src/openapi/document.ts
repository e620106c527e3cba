import type { Endpoint } from "../api/endpoint.ts";
import { withIdempotencyKey, type Operation } from "./operation.ts";
import { merchantOperations } from "./operations/merchants.ts";
import { paymentOperations } from "./operations/payments.ts";
import { merchantSchemas } from "./schemas/merchants.ts";
import { paymentSchemas } from "./schemas/payments.ts";
import { reference, strict } from "./schemas/strict.ts";

const operations = { ...paymentOperations, ...merchantOperations };
const listPrefix = "list of ";

/** What the document says of an endpoint. Throws for one that nobody has described. */
export function operationOf({ method, path }: Pick<Endpoint, "method" | "path">): Operation {
  const name = `${method} ${path}`;
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) throw new Error(`nothing describes ${name}`);
  return operation;
}

/** The OpenAPI 3.1 document of these endpoints. Bodies are described by the very schemas that check them. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: describe(endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Payment API",
      version,
      description: "Amounts are in cents, times in seconds since 1970.",
    },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    paths,
    webhooks: { notification: { post: notification } },
    components: {
      schemas: { ...paymentSchemas, ...merchantSchemas, Document: { type: "object" } },
      securitySchemes: {
        secretKey: { type: "http", scheme: "bearer", description: "sk_test_… or sk_live_…" },
      },
    },
  };
}

/** What merchants are sent at their notification_url, until they answer with a 2xx. */
const notification = {
  summary: "Something happened to a resource: the resource as it is now, signed as Standard Webhooks say",
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: { oneOf: ["Payment", "Refund", "InstallmentPlan", "AccountingReport"].map(reference) },
      },
    },
  },
  responses: { "2XX": { description: "Received; anything else, and it is sent again later" } },
};

function describe(endpoint: Endpoint): object {
  const operation = operationOf(endpoint);
  const parameters = [
    ...pathParameters(endpoint.path),
    ...(operation.paged ? pages : []),
    ...keyHeader(endpoint),
  ];
  return {
    summary: operation.summary,
    ...(endpoint.access === "merchant" ? { security: [{ secretKey: [] }] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(endpoint.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: endpoint.body } } } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, what]) => [status, answer(Number(status), what)]),
      ),
      default: { description: "Refused for any other reason", content: contentOf("Error") },
    },
  };
}

function answer(status: number, what: string): object {
  const description = status < 400 ? "As asked for" : "Refused, with the reason";
  return { description, content: Object.assign({}, ...what.split(" or ").map(contentOf)) as object };
}

/** `what` as in `Operation.answers`. */
function contentOf(what: string): object {
  if (what.includes("/")) return { [what]: {} };
  const schema = what.startsWith(listPrefix) ? listOf(what.slice(listPrefix.length)) : reference(what);
  return { "application/json": { schema } };
}

function listOf(name: string): object {
  return strict({
    type: { const: "list" },
    page: { type: "integer", minimum: 0 },
    per_page: { type: "integer", minimum: 1 },
    count: { type: "integer", minimum: 0, description: "How many there are on this page" },
    data: { type: "array", items: reference(name) },
  });
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

const pages = [
  { name: "per_page", in: "query", schema: { type: "integer", minimum: 1, maximum: 100, default: 10 } },
  { name: "page", in: "query", schema: { type: "integer", minimum: 0, maximum: 10_000, default: 0 } },
];

/** The header that makes a POST safe to repeat, where the endpoint takes it. */
function keyHeader(endpoint: Endpoint): object[] {
  const { answers } = operationOf(endpoint);
  const takesKey = Object.keys(withIdempotencyKey).every((status) => Object.hasOwn(answers, status));
  if (endpoint.method !== "POST" || !takesKey) return [];
  return [
    { name: "Idempotency-Key", in: "header", schema: { type: "string", minLength: 1, maxLength: 255 } },
  ];
}
