import { expect, test } from "vitest";
import { Collector } from "./collector.ts";
import { settle } from "./settle.ts";

const session = { sqlPrepared: new Map() };

test.each([
  ["select * from abs($1,$2) as result", "select * from abs($1::integer) as result", [["5"]]],
  ["select f($2, $1), $3", "select f($1::integer), $2::integer", [["5", "9"]]],
])("a result of a function that JDBC sends as a void parameter is none: %s", async (sent, sql, samples) => {
  const collector = new Collector({ samples: true });
  const declaredTypes = [2278, 23, 23].slice(0, (sent.match(/\$/g) ?? []).length);
  const prepared = { text: Buffer.from(sent), declaredTypes, describedTypes: undefined, named: true };
  const values = [null, "5", "9"]
    .slice(0, declaredTypes.length)
    .map((text) => (text === null ? null : { format: "text" as const, bytes: Buffer.from(text) }));
  collector.observe({ kind: "prepared", session, prepared });
  collector.observe({ kind: "executed", session, prepared, values });
  collector.drain();
  const { statements } = await settle(collector, { check: undefined, samples: true });
  expect(statements).toEqual([expect.objectContaining({ sql, samples })]);
});
