import type { Locale } from "../../api/localised.ts";
import { postmortemDocumentSchema, type PostmortemDocument } from "../../api/postmortems.ts";
import type { ServerClient } from "../server-client.ts";
import { pathOf } from "./print-postmortem.ts";

/** Which text of a post-mortem, and for whom. */
export interface DocumentFlags {
  locale: Locale;
  internal?: boolean;
  published?: boolean;
}

/** A post-mortem in one language, with its facts put in. */
export async function documentOf(
  client: ServerClient,
  { incident, locale, internal, published }: DocumentFlags & { incident: string },
): Promise<PostmortemDocument> {
  const asked = new URLSearchParams({
    locale,
    audience: internal === true ? "internal" : "public",
    edition: published === true ? "published" : "draft",
  });
  return postmortemDocumentSchema.parse(
    await client.request("GET", `${pathOf(incident)}/document?${asked.toString()}`),
  );
}
