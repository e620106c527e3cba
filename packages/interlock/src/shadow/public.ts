// What other packages may use of the shadow: throwaway servers, and servers that stay.
export { dataDirectory } from "./directories.ts";
export { openServer } from "./open-server.ts";
export { openShadow, type Shadow } from "./open-shadow.ts";
export type { Lease } from "./lease.ts";
export type { Address } from "./server.ts";
