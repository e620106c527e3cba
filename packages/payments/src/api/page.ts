import type { Request } from "./endpoint.ts";
import { Refusal } from "./refusal.ts";

const defaultPerPage = 10;
const mostPerPage = 100;
const lastPage = 10_000;

/** `per_page` (1 to 100, 10 when left out) and `page` (from 0). Throws a 400 `Refusal` for anything else. */
export function readPage({ query }: Request): { page: number; perPage: number } {
  return {
    page: readCount(query, { name: "page", otherwise: 0, least: 0, most: lastPage }),
    perPage: readCount(query, { name: "per_page", otherwise: defaultPerPage, least: 1, most: mostPerPage }),
  };
}

function readCount(
  query: Request["query"],
  { name, otherwise, least, most }: { name: string; otherwise: number; least: number; most: number },
): number {
  const text = query[name];
  if (text === undefined) return otherwise;
  const value = typeof text === "string" && /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Refusal(400, "The page asked for does not exist.", {
    [name]: `must be a whole number from ${String(least)} to ${String(most)}`,
  });
}

export function renderList({ page, perPage }: { page: number; perPage: number }, data: object[]): string {
  return JSON.stringify({ type: "list", page, per_page: perPage, count: data.length, data });
}
