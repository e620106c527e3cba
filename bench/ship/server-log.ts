import { open, stat } from "node:fs/promises";

/** What PostgreSQL said of the statements of app versions. */
export interface StatementFigures {
  /** Statements that failed, by what the server said. */
  statementFailures: Record<string, number>;
  /** The longest that one took, waiting for locks among it, in ms; 0 where none took 20 ms. */
  longestMs: number;
  /** Which one that was. */
  longest: string | null;
}

interface Line {
  application_name?: string;
  error_severity?: string;
  state_code?: string;
  message?: string;
  dbname?: string;
  statement?: string;
}

const failures = new Set(["ERROR", "FATAL", "PANIC"]);

/** Reads on in the server's own log (jsonlog), from where it was read last. */
export class ServerLog {
  readonly #file: string;
  #read = 0;
  #rest = "";

  constructor(file: string) {
    this.#file = file;
  }

  /** What app versions did in a database since the last call; an app version is `name@version`. */
  async next(database: string): Promise<StatementFigures> {
    const figures: StatementFigures = { statementFailures: {}, longestMs: 0, longest: null };
    const lines = `${this.#rest}${await this.#more()}`.split("\n");
    this.#rest = lines.pop() ?? "";
    for (const text of lines) {
      const line = JSON.parse(text) as Line;
      if (line.dbname === database && line.application_name?.includes("@") === true) add(figures, line);
    }
    return figures;
  }

  async #more(): Promise<string> {
    const { size } = await stat(this.#file);
    if (size === this.#read) return "";
    const file = await open(this.#file);
    try {
      const buffer = Buffer.alloc(size - this.#read);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#read);
      this.#read += bytesRead;
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

function add(figures: StatementFigures, line: Line): void {
  const { message = "", application_name: application = "" } = line;
  if (failures.has(line.error_severity ?? "")) {
    const reason = `${application} ${line.state_code ?? ""} ${message}`;
    figures.statementFailures[reason] = (figures.statementFailures[reason] ?? 0) + 1;
    return;
  }
  const [, ms, what] = /^duration: ([\d.]+) ms {2}(\w+ [\w-]+)/.exec(message) ?? [];
  if (ms !== undefined && Number(ms) > figures.longestMs) {
    figures.longestMs = Number(ms);
    figures.longest = `${application} ${what ?? ""}`;
  }
}
