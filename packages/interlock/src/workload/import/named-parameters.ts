import type { ScanToken } from "libpg-query";
import { commentText, scanTokens } from "../../sql/parse.ts";
import { replaceParts, type Replacement } from "../running/placeholders.ts";

/** A parameter by name, where it stands. */
interface Named {
  start: number;
  end: number;
  name: string;
  /** What stands before it in the same token and stays: the `=` of `=@id`. */
  before: string;
}

/**
 * Gives named parameters numbers: `@id`, `:id`, `:id!`, `%(id)s`, `sqlc.arg(id)`, `sqlc.narg('id')`,
 * `sqlc.slice(ids)`, and writes `sqlc.embed(users)` as `users.*`, as the generators of those notations do.
 * Numbered parameters keep their numbers. Texts that can't be cut into tokens come back as they are.
 */
export function numberParameters(sql: string): string {
  let tokens: ScanToken[];
  try {
    tokens = scanTokens(sql).filter((token) => commentText(token) === undefined);
  } catch {
    return sql;
  }
  let next =
    1 +
    Math.max(
      0,
      ...tokens.filter(({ tokenName }) => tokenName === "PARAM").map(({ text }) => Number(text.slice(1))),
    );
  const numbers = new Map<string, number>();
  const replacements: Replacement[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const found = macro(tokens, at) ?? written(tokens, at);
    if (found === undefined) continue;
    if ("text" in found) {
      replacements.push(found);
    } else {
      const number = numbers.get(found.name) ?? next;
      if (number === next) next += 1;
      numbers.set(found.name, number);
      replacements.push({ start: found.start, end: found.end, text: `${found.before}$${String(number)}` });
    }
    while ((tokens[at + 1]?.start ?? Number.POSITIVE_INFINITY) < found.end) at += 1;
  }
  return replaceParts(sql, replacements);
}

/** `sqlc.arg(name)` and its like; pggen writes the same under its own name. */
function macro(tokens: readonly ScanToken[], at: number): Named | Replacement | undefined {
  const [space, dot, verb, open, argument, close] = tokens.slice(at, at + 6);
  if (
    !/^(?:sqlc|pggen)$/i.test(space?.text ?? "") ||
    dot?.text !== "." ||
    open?.text !== "(" ||
    close?.text !== ")"
  ) {
    return undefined;
  }
  const name = (argument?.text ?? "").replaceAll(/^'|'$/g, "");
  const place = { start: space?.start ?? 0, end: close.end };
  if (/^(?:arg|narg|slice)$/i.test(verb?.text ?? "")) return { ...place, name, before: "" };
  if (/^embed$/i.test(verb?.text ?? "")) return { ...place, text: `${argument?.text ?? ""}.*` };
  return undefined;
}

const identifier = /^[a-z_]\w*$/i;
const comparing = /^(?:[=<>+*/-]|<=|>=|<>|!=|\|\|)@$/;

function written(tokens: readonly ScanToken[], at: number): Named | undefined {
  const mark = tokens[at];
  const name = tokens[at + 1];
  if (mark === undefined || name === undefined || name.start !== mark.end) return undefined;
  if (mark.text === "@" || comparing.test(mark.text)) {
    if (!identifier.test(name.text)) return undefined;
    return { start: mark.start, end: name.end, name: name.text, before: mark.text.slice(0, -1) };
  }
  if (mark.text === ":") return colon(tokens, at);
  // %(name)s
  const [, , inner, close, letter] = tokens.slice(at, at + 5);
  if (mark.text !== "%" || name.text !== "(" || close?.text !== ")" || letter?.text !== "s") return undefined;
  if (letter.start !== close.end || inner === undefined) return undefined;
  return { start: mark.start, end: letter.end, name: inner.text, before: "" };
}

function colon(tokens: readonly ScanToken[], at: number): Named | undefined {
  const [mark, name, suffix] = tokens.slice(at, at + 3);
  if (mark === undefined || name === undefined || !identifier.test(name.text)) return undefined;
  const before = tokens[at - 1];
  // `numbers[1:last]` is a slice of an array.
  const touches = before?.end === mark.start;
  if (before?.text === "[" || (touches && !/^(?:[(,=<>+*/-]|<=|>=|<>|!=|\|\|)$/.test(before?.text ?? "")))
    return undefined;
  // pgtyped: `:id!` may not be null.
  const required = suffix?.text === "!" && suffix.start === name.end;
  return { start: mark.start, end: required ? suffix.end : name.end, name: name.text, before: "" };
}
