import type { Answer, Caller, Context } from "./context.ts";

export interface Request {
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface Route {
  method: "GET" | "POST" | "PATCH";
  path: string;
  /** JSON schema of the body, checked before `handle` is called. */
  body?: object;
}

/** One method of one path. `merchant` endpoints need a secret key, `public` ones don't. */
export type Endpoint =
  | (Route & {
      access: "merchant";
      handle(context: Context, request: Request & { caller: Caller }): Promise<Answer>;
    })
  | (Route & { access: "public"; handle(context: Context, request: Request): Promise<Answer> });

export function parameter(request: Request, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`the path has no ${name}`);
  return value;
}
