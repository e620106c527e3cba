import { z } from "zod";

/** What a token may be allowed to do. */
export const scopes = [
  /** Look at everything but tokens and the audit log. */
  "read",
  /** Ask the gate. */
  "gate",
  "workload:write",
  "change:write",
  "release:write",
  /** Ship, resume, stop and roll back changes. */
  "shipment:write",
  /** Blocks, freezes, limits, required approvals. */
  "rule:write",
  "approve",
  "override",
  "incident:write",
  /** Say that a service is unwell, and who may say so. */
  "signal:write",
  /** Active checks: they go to private addresses too. */
  "probe:write",
  /** Carry out probes elsewhere: whoever may is given what probes send, secrets included. */
  "probe:work",
  /** See and change who is told: their addresses are personal data. */
  "subscriber:write",
  /** Environments and their databases. */
  "environment:write",
  "audit:read",
  /** Make and revoke tokens. */
  "token:write",
] as const;

export type Scope = (typeof scopes)[number];
export const scopeSchema = z.enum(scopes);

export const roles = ["viewer", "responder", "releaser", "admin"] as const;
export type Role = (typeof roles)[number];
export const roleSchema = z.enum(roles);

const viewer: readonly Scope[] = ["read", "gate"];
const responder: readonly Scope[] = [
  ...viewer,
  "incident:write",
  "rule:write",
  "signal:write",
  "probe:write",
];
const releaser: readonly Scope[] = [
  ...responder,
  "workload:write",
  "change:write",
  "release:write",
  "shipment:write",
  "approve",
];

/** What each role may do; each may do what the one before it may. */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  viewer,
  responder,
  releaser,
  admin: scopes,
};
