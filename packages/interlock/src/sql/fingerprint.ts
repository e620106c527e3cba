import { fingerprintSync, loadModule } from "libpg-query";

await loadModule();

/**
 * What statements have in common that differ only in constants, parameters, white space and comments
 * (libpg_query's fingerprint, 16 hexadecimal digits). Undefined for a text that does not parse.
 */
export function fingerprint(sql: string): string | undefined {
  try {
    return fingerprintSync(sql);
  } catch {
    return undefined;
  }
}
