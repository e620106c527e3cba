/** Types without an equality of their own: compared by what they print. */
const withoutEquality =
  /^(json|xml|point|line|lseg|box|path|polygon|circle|txid_snapshot|pg_snapshot)(\[\])?$/;

/** SQL that is true where two values of a type differ, with null as a value like any other. */
export function differs(left: string, right: string, type: string): string {
  const cast = withoutEquality.test(type) ? "::text" : "";
  return `${left}${cast} is distinct from ${right}${cast}`;
}
