import { Failure } from "../std/failure.ts";
import { isLeftOutOfDump, isDump, refreshViews } from "./dump.ts";

/** Commands of psql that change what it prints, and nothing in the database. */
const harmless =
  /^\\(?:restrict|unrestrict|echo|qecho|warn|timing|pset|unset|encoding|errverbose|x|t|a|H|set|prompt)\b/;
const connects = /^\\(?:connect|c)\b/;
const setting = /^\\set\s+(\w+)\s+(.*?)\s*$/;
const copiesIn = /^copy\b[^;]*\bfrom\s+stdin\b/i;

/** What begins something that is no plain SQL, or ends a statement. */
const marks = /'|"|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|--|\/\*|\\|;|:(?=['"A-Za-z_])/g;

/**
 * A text that was written for psql, as SQL alone: commands that only change what psql prints are blank, and
 * variables that the file sets have their values. Of what pg_dump wrote, the data and what belongs to another
 * server are blank as well. Lines keep their numbers.
 *
 * Throws `Failure` "psql-command" for what only psql could do.
 */
export function withoutPsql(text: string, path: string): string {
  const dump = isDump(text);
  if (!dump && !/^\s*\\\w/m.test(text) && !/\bfrom\s+stdin\b/i.test(text)) return text;
  return new Reader(text, { path, dump }).read();
}

class Reader {
  readonly #text: string;
  readonly #path: string;
  readonly #dump: boolean;
  readonly #variables = new Map<string, string>();
  /** The statements that are done with. */
  readonly #written: string[] = [];
  /** What is written of the statement that is being read. */
  #statement = "";
  /** How far the text is written. */
  #from = 0;
  #at = 0;

  constructor(text: string, { path, dump }: { path: string; dump: boolean }) {
    this.#text = text;
    this.#path = path;
    this.#dump = dump;
  }

  read(): string {
    for (;;) {
      marks.lastIndex = this.#at;
      const mark = marks.exec(this.#text);
      if (mark === null) break;
      this.#at = this.#after(mark[0], mark.index);
    }
    const all = [...this.#written, this.#statement, this.#text.slice(this.#from)].join("");
    return this.#dump && /^create materialized view\s/im.test(all) ? `${all}\n${refreshViews}\n` : all;
  }

  /** Deals with what begins at a mark, and returns where it ends. */
  #after(mark: string, start: number): number {
    switch (mark) {
      case "'":
        return this.#endOfString(start);
      case '"':
        return this.#end('"', start + 1);
      case "--":
        return this.#endOfLine(start);
      case "/*":
        return this.#endOfComment(start);
      case "\\":
        return this.#command(start);
      case ";":
        return this.#endStatement(start);
      case ":":
        return this.#variable(start);
      default:
        return this.#end(mark, start + mark.length);
    }
  }

  #end(mark: string, from: number): number {
    const end = this.#text.indexOf(mark, from);
    return end === -1 ? this.#text.length : end + mark.length;
  }

  #endOfLine(start: number): number {
    const end = this.#text.indexOf("\n", start);
    return end === -1 ? this.#text.length : end;
  }

  #endOfString(start: number): number {
    const escapes = /[eE]/.test(this.#text[start - 1] ?? "") && !/\w/.test(this.#text[start - 2] ?? " ");
    if (!escapes) return this.#end("'", start + 1);
    const string = /'(?:[^'\\]|\\[\s\S]|'')*'/y;
    string.lastIndex = start;
    return string.test(this.#text) ? string.lastIndex : this.#text.length;
  }

  #endOfComment(start: number): number {
    let depth = 0;
    const edge = /\/\*|\*\//g;
    edge.lastIndex = start;
    for (let found = edge.exec(this.#text); found !== null; found = edge.exec(this.#text)) {
      depth += found[0] === "/*" ? 1 : -1;
      if (depth === 0) return edge.lastIndex;
    }
    return this.#text.length;
  }

  #command(start: number): number {
    const end = this.#endOfLine(start);
    const command = this.#text.slice(start, end);
    if (!harmless.test(command) && !(this.#dump && connects.test(command)))
      throw this.#refused(start, command);
    const [, name, value] = setting.exec(command) ?? [];
    if (name !== undefined && value !== undefined) this.#variables.set(name, unquoted(value));
    this.#replace(start, end, "");
    this.#finish(this.#statement);
    return end;
  }

  #variable(start: number): number {
    // A cast, and the bounds of an array's slice, are no variables.
    if (this.#text[start - 1] === ":") return start + 1;
    const reference = /:(?:'(\w+)'|"(\w+)"|(\w+))/y;
    reference.lastIndex = start;
    const [whole, literal, identifier, bare] = reference.exec(this.#text) ?? [];
    const value = this.#variables.get(literal ?? identifier ?? bare ?? "");
    if (whole === undefined || value === undefined) return start + 1;
    const inserted =
      literal !== undefined
        ? `'${value.replaceAll("'", "''")}'`
        : identifier !== undefined
          ? `"${value.replaceAll('"', '""')}"`
          : value;
    this.#replace(start, start + whole.length, inserted);
    return start + whole.length;
  }

  #endStatement(start: number): number {
    const end = start + 1;
    this.#replace(end, end, "");
    const statement = withoutComments(this.#statement);
    const isCopy = copiesIn.test(statement);
    if (isCopy && !this.#dump) throw this.#refused(start, "copy … from stdin");
    if (!this.#dump || !(isCopy || isLeftOutOfDump(statement))) {
      this.#finish(this.#statement);
      return end;
    }
    this.#finish(blank(this.#statement));
    if (!isCopy) return end;
    const data = /^\\\.[ \t]*\r?$/gm;
    data.lastIndex = end;
    const next = data.test(this.#text) ? data.lastIndex : this.#text.length;
    this.#replace(end, next, blank(this.#text.slice(end, next)));
    this.#finish(this.#statement);
    return next;
  }

  #finish(statement: string): void {
    this.#written.push(statement);
    this.#statement = "";
  }

  #replace(from: number, to: number, by: string): void {
    this.#statement += this.#text.slice(this.#from, from) + by;
    this.#from = to;
  }

  #refused(at: number, what: string): Failure {
    const line = this.#text.slice(0, at).split("\n").length;
    const [command = ""] = what.split(/\s/);
    return new Failure({
      code: "psql-command",
      message: `${this.#path}:${String(line)}: ${what.trim()} is for psql, not for PostgreSQL.`,
      state: "Nothing was run.",
      next: advice[command] ?? "Write what it does as SQL, or leave it out.",
    });
  }
}

const advice: Readonly<Record<string, string>> = {
  "\\i": "Put the other file's SQL in its place.",
  "\\ir": "Put the other file's SQL in its place.",
  "\\include": "Put the other file's SQL in its place.",
  "\\copy": "Write the rows as INSERT statements, or load them outside of the migration.",
  copy: "Write the rows as INSERT statements, or load them outside of the migration.",
  "\\c": "A migration is rehearsed in one database: leave it out.",
  "\\connect": "A migration is rehearsed in one database: leave it out.",
};

function unquoted(value: string): string {
  return /^'.*'$/s.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]+/g, "");
}

function withoutComments(sql: string): string {
  return sql.replace(/^(?:\s|--[^\n]*)+/, "");
}
