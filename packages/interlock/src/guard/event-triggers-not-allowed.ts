import { Failure, messageOf } from "../std/failure.ts";

/** The role lacks a right that making or dropping event triggers takes; what works without them is said too. */
export function eventTriggersNotAllowed(error: unknown): Failure {
  return new Failure({
    code: "event-triggers-not-allowed",
    message: "This role may not make or drop event triggers in this database.",
    why: `${messageOf(error)} (42501). It takes a superuser, or the role that your hosting service has for it: rds_superuser (Amazon RDS), cloudsqlsuperuser (Google Cloud SQL), azure_pg_admin (Azure), postgres (Supabase).`,
    state: "Nothing was changed.",
    next: "Run the same command with such a role, once. Without event triggers structural changes can't be refused, but `interlock watch` still looks at the catalog every second and raises the same alarms, without who did it.",
    cause: error,
  });
}
