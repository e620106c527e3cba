import type { GuardStatus } from "../guard/guard-status.ts";
import type { GuardPass } from "../guard/open-guard.ts";

/** The guard's status in words. */
export function renderGuardStatus(status: GuardStatus): string {
  const { guard, watch, since, setBy, reason, missing, passes, refusesGrants, exceptedRoles } = status;
  const lines = [headlines[guard]];
  if (since !== null) {
    lines.push(
      `  since     ${since.toISOString()}, set by ${setBy ?? ""}${reason === null ? "" : ` ("${reason}")`}`,
    );
  }
  if (guard === "on" || guard === "broken") {
    lines.push(`  rights    GRANT and REVOKE are ${refusesGrants ? "refused" : "let through and logged"}`);
    if (exceptedRoles.length > 0) lines.push(`  excepted  ${exceptedRoles.join(", ")}`);
  }
  lines.push(`  changes   ${watch === "on" ? "logged, and told of at once" : "neither logged nor told of"}`);
  if (missing.length > 0 && guard !== "not-installed") lines.push(`  missing   ${missing.join(", ")}`);
  for (const pass of passes) lines.push(`  open      ${renderPass(pass)}`);
  lines.push(`  next      ${nexts[guard]}`);
  return lines.join("\n");
}

const headlines: Readonly<Record<GuardStatus["guard"], string>> = {
  on: "The guard is on: structural changes outside Interlock are refused.",
  off: "The guard is off: structural changes are not refused.",
  broken:
    "The guard was turned on, but event triggers of it are missing or disabled: not everything is refused.",
  "not-installed": "This database has no guard.",
};

const nexts: Readonly<Record<GuardStatus["guard"], string>> = {
  on: "interlock guard open --role NAME --reason … lets a role through for a while",
  off: "interlock guard enable",
  broken: "interlock guard enable makes them anew",
  "not-installed": "interlock guard enable",
};

/** A pass in words. */
export function renderPass({ number, role, reason, openedBy, validUntil }: GuardPass): string {
  const whom = role === null ? "everybody" : role;
  return `pass ${number}: ${whom} until ${validUntil.toISOString()}, opened by ${openedBy} ("${reason}")`;
}
