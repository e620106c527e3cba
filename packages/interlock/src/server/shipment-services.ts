import { databaseConnection } from "../environment/open-database.ts";
import { closeChange } from "../evidence/close-change.ts";
import { admit } from "../gate/admit.ts";
import type { ShipmentServices } from "../shipment/services.ts";
import type { Services } from "./services.ts";

/** What shipping works with, of the parts of this server. */
export function shipmentServices(
  services: Pick<Services, "control" | "log" | "sealer" | "readFacts">,
): ShipmentServices {
  const { control, log } = services;
  return {
    control,
    log,
    admit: (transaction, question) => admit(transaction, services, question),
    databaseConnection: (database) => databaseConnection(services, database),
    closeChange: (closing) => closeChange(services, closing),
  };
}
