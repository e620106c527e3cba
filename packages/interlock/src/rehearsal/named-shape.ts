import type { Shape, WireSession } from "./wire-session.ts";

/** A shape whose types are told by name, so that it can be compared between databases and states. */
export interface NamedShape {
  parameters: readonly string[];
  columns: readonly { name: string; type: string }[];
}

const firstUserOid = 16_384;

/** Names of types by oid. What PostgreSQL brings is asked for once, what users make in every state again. */
export class TypeNames {
  readonly #builtIn = new Map<string, string>();

  /** The shapes with the names of their types, as they are in the session's database now. */
  async name(session: WireSession, shapes: readonly Shape[]): Promise<NamedShape[]> {
    const wanted = new Set(
      shapes.flatMap(({ parameterTypeOids, columns }) => [
        ...parameterTypeOids.map((oid) => key(oid, -1)),
        ...columns.map(({ typeOid, typeModifier }) => key(typeOid, typeModifier)),
      ]),
    );
    const missing = [...wanted].filter((one) => !this.#builtIn.has(one));
    const names = new Map(this.#builtIn);
    const pairs = missing.map((one) => one.split(" "));
    const { rows } = await session.execute(
      "select format_type(o, m) from unnest($1::oid[], $2::int4[]) with ordinality as t(o, m, n) order by n",
      [`{${pairs.map(([oid]) => oid).join(",")}}`, `{${pairs.map(([, modifier]) => modifier).join(",")}}`],
    );
    missing.forEach((one, index) => {
      const name = rows[index]?.[0] ?? one;
      names.set(one, name);
      if (Number(one.split(" ")[0]) < firstUserOid) this.#builtIn.set(one, name);
    });
    return shapes.map(({ parameterTypeOids, columns }) => ({
      parameters: parameterTypeOids.map((oid) => names.get(key(oid, -1)) ?? ""),
      columns: columns.map(({ name, typeOid, typeModifier }) => ({
        name,
        type: names.get(key(typeOid, typeModifier)) ?? "",
      })),
    }));
  }
}

function key(oid: number, modifier: number): string {
  return `${String(oid)} ${String(modifier)}`;
}
