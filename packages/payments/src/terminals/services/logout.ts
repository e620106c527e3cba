import { object } from "../nexo/schema.ts";
import type { Service } from "../service.ts";
import { terminalStatements } from "../statements/all.ts";

/** Logout: the terminal takes no payments any more. Once more does no harm: the first answer may have been lost. */
export const logout: Service<unknown> = {
  schema: object({}),
  needsLogin: false,
  async serve({ database }, { terminal }) {
    await database.run(terminalStatements.logOut, [terminal.poi_id]);
    return { Response: { Result: "Success" } };
  },
};
