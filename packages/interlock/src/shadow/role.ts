import { randomBytes } from "node:crypto";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";
import type { Asked } from "./admin-session.ts";

/** What the names of roles that are made for one rehearsal begin with. */
export const rolePrefix = "interlock_sandbox_";

export interface MadeRole {
  user: string;
  password: string;
}

export function newRole(): MadeRole {
  return {
    user: rolePrefix + randomBytes(6).toString("hex"),
    password: randomBytes(18).toString("base64url"),
  };
}

/**
 * Makes a role that may log in and nothing else. `mostTemporary` limits its temporary files, which only a superuser
 * can set; undefined says that whoever makes it is none.
 */
export async function makeRole(
  admin: Asked,
  { user, password, mostTemporary }: MadeRole & { mostTemporary: string | undefined },
): Promise<void> {
  const name = quoteIdentifier(user);
  await admin.query(`create role ${name} login nocreatedb nocreaterole password ${quoteLiteral(password)}`);
  if (mostTemporary === undefined) {
    // Who is no superuser gives schemas away, and ends sessions, only to and of roles that it is a member of.
    await admin.query(`grant ${name} to current_user`);
  } else {
    await admin.query(`alter role ${name} set temp_file_limit = ${quoteLiteral(mostTemporary)}`);
  }
}

/** Drops a role that was made here. Its databases have to be gone. */
export async function dropRole(admin: Asked, role: string): Promise<void> {
  await admin.query(`drop role if exists ${quoteIdentifier(role)}`);
}
