import type { Control } from "../control/control.ts";

/** One statement on the control database: `control.query`, or that of a transaction under way. */
export type Query = Control["query"];
