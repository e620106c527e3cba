// What other packages may use of workloads.
export { readWorkload } from "./read.ts";
export { appVersion, type Workload } from "./workload.ts";
