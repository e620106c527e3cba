import type { Answer, Caller, Context } from "./context.ts";
import { Refusal } from "./refusal.ts";

export interface Request {
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request that came with a secret key. */
export type MerchantRequest = Request & { caller: Caller };

interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  /** JSON schema of the body, checked before `handle` is called. */
  body?: object;
}

/** One method of one path. `merchant` endpoints need a secret key, `public` ones don't. */
export type Endpoint =
  | (Route & {
      access: "merchant";
      handle(context: Context, request: MerchantRequest): Promise<Answer>;
    })
  | (Route & { access: "public"; handle(context: Context, request: Request): Promise<Answer> });

/** What an identifier or the name of a file in a path can look like: anything else names nothing, and does not reach the database. */
const identifier = /^[0-9A-Za-z_.-]{1,64}$/;

/** The value of `:name` in the path. Throws a 404 `Refusal` when that can't be an identifier. */
export function parameter(request: Request, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`the path has no ${name}`);
  if (!identifier.test(value)) throw new Refusal(404, "There is nothing at this address.");
  return value;
}
