import { nameSchema } from "../../api/names.ts";

/**
 * Which of Interlock's environments an environment of GitHub is, and which app it deploys: `production` is
 * `production` with every app that the commit was built as, `production/payments` only its app `payments`. GitHub
 * makes no difference between upper and lower case. Null where the name can't be one of ours.
 */
export function environmentOf(githubEnvironment: string): { environment: string; app: string | null } | null {
  const [first = "", app, ...more] = githubEnvironment.split("/");
  const environment = nameSchema.safeParse(first.toLowerCase());
  if (!environment.success || app === "" || more.length > 0) return null;
  return { environment: environment.data, app: app ?? null };
}
