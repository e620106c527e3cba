// What other packages may use of ship: carrying a plan out on a database, and looking how far it is.
export { resumeChange, type ResumeOptions } from "./resume-change.ts";
export { rollbackChange } from "./rollback-change.ts";
export { shipChange, type ShipOptions } from "./ship-change.ts";
export { shipStatus, type ShipStatus } from "./ship-status.ts";
export type { ShipEvent } from "./ship-event.ts";
export type { ShipResult } from "./ship-result.ts";
