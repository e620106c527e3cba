import { z } from "zod";
import { appVersionSchema, idSchema, momentSchema } from "./names.ts";

/** `owner/name`; neither of them is a step to another folder. */
export const repositorySchema = z
  .string()
  .regex(/^(?!\.{1,2}\/)[A-Za-z0-9_.-]{1,100}\/(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/, "write owner/name");
/** A commit, all of it. */
export const shaSchema = z.string().regex(/^[0-9a-f]{40}$/, "write the commit's 40 hexadecimal digits");

export const buildParamsSchema = z.object({ sha: shaSchema });

/** Which app version a commit was built as. */
export const buildRequestSchema = z.object({ repository: repositorySchema, appVersion: appVersionSchema });
export const buildSchema = z.object({
  repository: repositorySchema,
  sha: shaSchema,
  appVersion: appVersionSchema,
});

/** A deployment that GitHub holds, or held, until Interlock answered. */
export const githubRequestSchema = z.object({
  id: idSchema("ghr"),
  repository: z.string(),
  githubEnvironment: z.string(),
  sha: z.string(),
  state: z.enum(["waiting", "approved", "rejected", "failed"]),
  receivedAt: momentSchema,
  endedAt: momentSchema.nullable(),
  /** The gate's decisions that it was answered from. */
  decisions: z.array(z.string()),
  /** Why GitHub could not be told. */
  why: z.string().nullable(),
});
export const githubRequestsSchema = z.object({ requests: z.array(githubRequestSchema) });
export type GithubRequest = z.infer<typeof githubRequestSchema>;
