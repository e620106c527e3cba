export type Resource = Record<string, unknown>;

/** What a client library throws for a status that is none of 200 to 299. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  readonly error: Resource;

  constructor(status: number, error: Resource) {
    super(`HTTP status ${String(status)}`);
    this.status = status;
    this.error = error;
  }
}

export interface Answer {
  status: number;
  resource: Resource;
}

/** How the public client libraries of the Payment API talk to it. */
export interface HttpClient {
  get(path: string): Promise<Answer>;
  post(path: string, data?: object): Promise<Answer>;
  patch(path: string, data: object): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

/**
 * A client over plain http to whatever base URL is set. It says on every request that it sends JSON, also where it
 * sends nothing, leaves an empty body out, sends the header for the API's version also when none was chosen,
 * and takes every answer for JSON: an empty one is an error.
 */
export function createHttpClient({
  baseUrl,
  secretKey,
  apiVersion = "",
}: {
  baseUrl: string;
  secretKey: string | null;
  apiVersion?: string;
}): HttpClient {
  const request = async (method: string, path: string, data: object = {}): Promise<Answer> => {
    const isEmpty = Object.keys(data).length === 0;
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "user-agent": "compatibility-test",
        ...(secretKey === null
          ? {}
          : { authorization: `Bearer ${secretKey}`, "payplug-version": apiVersion }),
      },
      ...(isEmpty ? {} : { body: JSON.stringify(data) }),
    });
    const resource = JSON.parse(await answer.text()) as Resource;
    if (!answer.ok) throw new HttpError(answer.status, resource);
    return { status: answer.status, resource };
  };
  return {
    get: async (path) => request("GET", path),
    post: async (path, data) => request("POST", path, data),
    patch: async (path, data) => request("PATCH", path, data),
    delete: async (path) => request("DELETE", path),
  };
}
