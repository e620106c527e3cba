import { whole, type Layout } from "./layout.ts";

/** `V1.2__what.sql` in the order of their versions, then repeatable `R__what.sql`; `U1.2__what.sql` undoes. */
export const flyway: Layout = {
  name: "Flyway",
  owns: ({ name }) => /^([VU][\d._]+|R)__.+\.sql$/.test(name),
  goesUp: (name) => /^[VR]/.test(name),
  version: (name) => {
    const version = /^V([\d._]+?)__/.exec(name)?.[1];
    if (version === undefined) return [Number.MAX_SAFE_INTEGER, name];
    return version.split(/[._]/).map(Number);
  },
  upPart: whole,
};
