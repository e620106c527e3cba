/**
 * Orders versions as people number them: "v0.9" before "v0.10", "2.0.0-rc.1" before "2.0.0", dates and plain
 * numbers by their size. Words that say no order come by their letters.
 */
export function compareVersions(left: string, right: string): number {
  const [one, other] = [partsOf(left), partsOf(right)];
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = compareParts(one[index], other[index]);
    if (difference !== 0) return difference;
  }
  return left < right ? -1 : Number(left > right);
}

function partsOf(version: string): (number | string)[] {
  const bare = version.replace(/^v(?=\d)/i, "").replace(/\+.*$/, "");
  return (bare.match(/\d+|[A-Za-z]+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));
}

/** Nothing stands behind a word and before a number: 2.0-rc is before 2.0, 2.0 before 2.0.1. */
function compareParts(left: number | string | undefined, right: number | string | undefined): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : Number(left > right);
  return rank(left) - rank(right);
}

function rank(part: number | string | undefined): number {
  if (part === undefined) return 1;
  return typeof part === "string" ? 0 : 2;
}
