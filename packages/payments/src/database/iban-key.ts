/**
 * What a session is opened with so that it can write and read bank accounts: `options` of a client of `pg`. The
 * key comes from IBAN_KEY and is sent to the server for the length of a session; it is stored nowhere. Without it
 * everything else works, and a statement that needs it fails with 42704.
 */
export function ibanKeyOptions(key: string | undefined = process.env["IBAN_KEY"]): { options?: string } {
  if (key === undefined || key === "") return {};
  if (!/^[\w-]{32,}$/.test(key)) throw new Error("IBAN_KEY has to be 32 or more of A-Z a-z 0-9 _ -");
  return { options: `-c payments.iban_key=${key}` };
}
