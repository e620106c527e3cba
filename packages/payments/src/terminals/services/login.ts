import { object, text } from "../nexo/schema.ts";
import type { Service } from "../service.ts";
import { terminalStatements } from "../statements/all.ts";

/** Login: from now on the terminal works for this cash register. */
export const login: Service<unknown> = {
  schema: object({ DateTime: text }),
  needsLogin: false,
  async serve({ database }, { terminal, header }) {
    await database.run(terminalStatements.logIn, [terminal.poi_id, header.SaleID]);
    return {
      Response: { Result: "Success" },
      POISystemData: {
        DateTime: new Date().toISOString(),
        POIStatus: { GlobalStatus: "OK", CommunicationOKFlag: true },
      },
    };
  },
};
