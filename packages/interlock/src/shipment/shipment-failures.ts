import { Failure } from "../std/failure.ts";

export function shipmentNotFound(shipment: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no shipment ${shipment}.`,
    state: "Nothing was changed.",
    next: "See which there are: interlock shipment list --env ENVIRONMENT",
  });
}

/** Somebody else was faster, or the shipment is not where that can be done. */
export function shipmentConflict(
  why: string,
  next = "Look again: interlock shipment show SHIPMENT",
): Failure {
  return new Failure({
    code: "conflict",
    message: "That can't be done with the shipment as it is now.",
    why,
    state: "Nothing was changed.",
    next,
  });
}
