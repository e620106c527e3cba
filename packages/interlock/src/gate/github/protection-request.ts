import { z } from "zod";
import { repositorySchema, shaSchema } from "../../api/github.ts";

const wholeNumber = z.int().positive();
/** Neither control characters nor halves of a character: PostgreSQL can't hold them. */
const word = z
  .string()
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);

/**
 * What GitHub sends when a job waits for a deployment protection rule (event `deployment_protection_rule`, action
 * `requested`): the members that are needed of it. GitHub adds others at any time, so those are let through.
 */
export const protectionRequestSchema = z.object({
  action: z.literal("requested"),
  environment: word,
  deployment_callback_url: z.string().max(2_000),
  deployment: z.object({ id: wholeNumber, sha: shaSchema }),
  repository: z.object({ full_name: repositorySchema }),
  installation: z.object({ id: wholeNumber }),
});
export type ProtectionRequest = z.infer<typeof protectionRequestSchema>;

/**
 * Whether an answer may be sent there: the address in the request is only believed where it is exactly that of a
 * run's protection rule in the same repository, at the API that the server was set up for. Anything else could lead
 * the server, with GitHub's token in its hands, to wherever the sender likes.
 */
export function isCallbackOf(api: string, { url, repository }: { url: string; repository: string }): boolean {
  if (!url.startsWith(`${api}/repos/`)) return false;
  const [owner = "", name = "", ...rest] = url.slice(`${api}/repos/`.length).split("/");
  return (
    `${owner}/${name}`.toLowerCase() === repository.toLowerCase() &&
    /^actions\/runs\/\d{1,20}\/deployment_protection_rule$/.test(rest.join("/"))
  );
}
