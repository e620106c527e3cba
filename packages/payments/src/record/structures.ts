import { Client, type ClientConfig } from "pg";
import type { Shadow } from "pg-interlock/shadow";
import { applyChanges, changesBefore } from "../changes/changes.ts";
import { applyMigrations } from "../database/apply-migrations.ts";
import { ibanKeyOptions } from "../database/iban-key.ts";
import { addAgedRows } from "../exercise/aged-rows.ts";
import { addMerchants, issueAccess, type Access } from "../seed/access.ts";

/** The key that test data is encrypted with: it protects nothing. */
export const testingIbanKey = "the-key-of-recordings-and-of-tests";

/** Databases on the structure of any release, each a copy of one that is made once. */
export interface Structures {
  /** A new database that a release fits, with merchants and what the exercise needs in it, and their keys. */
  create(version: string): Promise<{ connection: ClientConfig; access: Access }>;
}

export function openStructures(shadow: Shadow): Structures {
  const templates = new Map<string, Promise<string>>();
  let access: Access | undefined;
  const template = async (version: string): Promise<string> => {
    const made = templates.get(version) ?? makeTemplate(version);
    templates.set(version, made);
    return made;
  };
  const makeTemplate = async (version: string): Promise<string> => {
    const change = changesBefore(version).at(-1);
    const name = await shadow.createDatabase(change && { template: await template(change.from) });
    const client = new Client({ ...shadow.connection(name), ...ibanKeyOptions(testingIbanKey) });
    await client.connect();
    try {
      if (change === undefined) {
        await applyMigrations(client);
        await addMerchants(client);
        access = await issueAccess(client);
        await addAgedRows(client);
      } else await applyChanges(client, [change]);
    } finally {
      await client.end();
    }
    return name;
  };
  return {
    async create(version) {
      const connection = shadow.connection(
        await shadow.createDatabase({ template: await template(version) }),
      );
      if (access === undefined) throw new Error("the first structure comes with keys");
      return { connection, access };
    },
  };
}
