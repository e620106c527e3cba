/** What the schema of a body finds wrong with it, as Fastify hands it on from Ajv. */
export interface ValidationError {
  keyword: string;
  instancePath: string;
  message?: string;
  params: Record<string, unknown>;
}

/** How many problems of one request are named. */
const mostProblems = 20;

/** Each field that something is wrong with, by its path, and what: the first of several things. */
export function nameProblems(errors: readonly ValidationError[]): Record<string, string> {
  const problems = new Map<string, string>();
  for (const error of errors.slice(0, mostProblems)) {
    const path = pathOf(error);
    if (!problems.has(path)) problems.set(path, say(error));
  }
  return Object.fromEntries(problems);
}

function pathOf({ instancePath, params }: ValidationError): string {
  const member = params["missingProperty"] ?? params["additionalProperty"];
  const path = [...instancePath.split("/").slice(1), ...(typeof member === "string" ? [member] : [])];
  return path.join(".") || "body";
}

function say({ keyword, message, params }: ValidationError): string {
  switch (keyword) {
    case "const":
      return `must be ${JSON.stringify(params["allowedValue"])}`;
    case "enum":
      return `must be one of ${(params["allowedValues"] as unknown[]).map((value) => JSON.stringify(value)).join(", ")}`;
    case "additionalProperties":
      return "is not known";
    case "required":
      return "is missing";
    default:
      return message ?? "is not valid";
  }
}
