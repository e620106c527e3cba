import { testingIbanKey } from "../../packages/payments/src/record/structures.ts";
import type { Place } from "./site.ts";

/** What a release connects with: the key to bank accounts, and the schemas in which it looks for names. */
export function urlOf({ databaseUrl }: Place, path: readonly string[] = []): string {
  const url = new URL(databaseUrl);
  const key = `-c payments.iban_key=${testingIbanKey}`;
  url.searchParams.set("options", path.length === 0 ? key : `${key} -c search_path=${path.join(",")}`);
  return url.href;
}
