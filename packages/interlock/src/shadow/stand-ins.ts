/** A type whose values are kept as the text that they were given as, ordered by their bytes. */
function textType(name: string): string {
  const compare = (operator: string, how: string): string =>
    `create function ${name}_${how}(${name}, ${name}) returns boolean language internal immutable strict as 'bytea${how}';
create operator ${operator} (leftarg = ${name}, rightarg = ${name}, function = ${name}_${how});`;
  return `create type ${name};
create function ${name}_in(cstring) returns ${name} language internal immutable strict as 'textin';
create function ${name}_out(${name}) returns cstring language internal immutable strict as 'textout';
-- Takes whatever stands in parentheses behind the name of the type: geometry(Point, 4326).
create function ${name}_typmod_in(cstring[]) returns integer language internal immutable strict as 'array_ndims';
create type ${name} (input = ${name}_in, output = ${name}_out, typmod_in = ${name}_typmod_in,
  internallength = variable, storage = extended, category = 'S');
create cast (text as ${name}) with inout as implicit;
create cast (${name} as text) with inout;
${compare("<", "lt")}
${compare("<=", "le")}
${compare("=", "eq")}
${compare(">=", "ge")}
${compare(">", "gt")}
create function ${name}_cmp(${name}, ${name}) returns integer language internal immutable strict as 'byteacmp';
create operator class ${name}_ops default for type ${name} using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 ${name}_cmp(${name}, ${name});`;
}

function constant(signature: string, type: string, value: string): string {
  return `create function ${signature} returns ${type} language sql immutable as $$ select ${value}::${type} $$;`;
}

/**
 * Stand-ins for extensions that the embedded PostgreSQL lacks and many schemas have: types that hold a text, so
 * that tables can be made and rows written, and the functions and operators most met, whose answers mean nothing.
 */
export const standIns: Readonly<Record<string, { sql: string; accessMethods: readonly string[] }>> = {
  vector: {
    sql: ["vector", "halfvec", "sparsevec"]
      .flatMap((type) => [
        textType(type),
        ...["l2_distance", "cosine_distance", "inner_product", "l1_distance"].map((name) =>
          constant(`${name}(${type}, ${type})`, "double precision", "0"),
        ),
        ...[
          ["<->", "l2_distance"],
          ["<=>", "cosine_distance"],
          ["<#>", "inner_product"],
          ["<+>", "l1_distance"],
        ].map(
          ([operator, name]) =>
            `create operator ${operator} (leftarg = ${type}, rightarg = ${type}, function = ${name}, commutator = ${operator});`,
        ),
      ])
      .join("\n"),
    accessMethods: ["hnsw", "ivfflat"],
  },
  postgis: {
    sql: [
      textType("geometry"),
      textType("geography"),
      "create cast (geometry as geography) with inout as implicit;",
      "create cast (geography as geometry) with inout;",
      constant("st_makepoint(double precision, double precision)", "geometry", "'POINT(0 0)'"),
      constant("st_point(double precision, double precision)", "geometry", "'POINT(0 0)'"),
      constant("st_setsrid(geometry, integer)", "geometry", "'POINT(0 0)'"),
      constant("st_transform(geometry, integer)", "geometry", "'POINT(0 0)'"),
      constant("st_geomfromtext(text)", "geometry", "'POINT(0 0)'"),
      constant("st_geomfromtext(text, integer)", "geometry", "'POINT(0 0)'"),
      constant("st_geomfromgeojson(text)", "geometry", "'POINT(0 0)'"),
      constant("st_astext(geometry)", "text", "''"),
      constant("st_asgeojson(geometry)", "text", "''"),
      constant("st_x(geometry)", "double precision", "0"),
      constant("st_y(geometry)", "double precision", "0"),
      ...["geometry", "geography"].flatMap((type) => [
        constant(`st_distance(${type}, ${type})`, "double precision", "0"),
        constant(`st_dwithin(${type}, ${type}, double precision)`, "boolean", "true"),
        constant(`st_intersects(${type}, ${type})`, "boolean", "true"),
        constant(`st_area(${type})`, "double precision", "0"),
        constant(`st_length(${type})`, "double precision", "0"),
      ]),
      constant("st_contains(geometry, geometry)", "boolean", "true"),
      constant("st_within(geometry, geometry)", "boolean", "true"),
    ].join("\n"),
    // Made with PostgreSQL's own methods, on classes of operators that a text has none of.
    accessMethods: ["gist", "spgist", "brin"],
  },
};

/** The name under which PostgreSQL finds a stand-in. */
export function standInName(extension: string): string {
  return `interlock_stand_in_${extension}`;
}
