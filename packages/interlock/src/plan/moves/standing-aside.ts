import { quoteLiteral } from "../../sql/quote.ts";
import { syncOffSetting } from "../backfill-sql.ts";

/**
 * The body of a trigger's function that runs statements with the setting off which tells all triggers of a sync to
 * stand aside, and puts it back as it was. (PostgreSQL lets only superusers give a function such a setting.)
 */
export function standingAside(statements: string): string {
  return `declare
  interlock_before constant text := coalesce(current_setting(${quoteLiteral(syncOffSetting)}, true), '');
begin
  ${set("'off'")}
  <<work>>
  begin${statements}
  end work;
  ${set("interlock_before")}
  return null;
end`;
}

function set(value: string): string {
  return `perform set_config(${quoteLiteral(syncOffSetting)}, ${value}, true);`;
}

/** A write of the old version never fails because of what it can't know: the verification finds what is missing. */
export function guarded(statements: string): string {
  return `
  begin${statements}
  exception when integrity_constraint_violation or data_exception then
    null;
  end;`;
}
