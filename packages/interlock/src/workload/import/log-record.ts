/** One message of a server's log, whatever its format. Fields that the format lacks are empty. */
export interface LogRecord {
  /** What tells sessions apart. */
  session: string;
  database: string;
  application: string;
  /** "client backend"; empty where the format does not say. */
  backend: string;
  /** "LOG", "ERROR". */
  severity: string;
  sqlstate: string;
  message: string;
  detail: string;
  /** Of an error, the statement that it is about. */
  statement: string;
}

/** Something in a log that is no message. */
export interface NoRecord {
  why: LogTrouble;
}

/** Why a part of a log could not be read. Permanent: scripts may depend on them. */
export const logTroubles = {
  "too-long": "messages longer than 2 MB",
  "not-utf8": "messages that are not in UTF-8",
  "not-a-message": "lines that are no message of a PostgreSQL log",
  "cut-off": "messages that the file ends in the middle of",
} as const;

export type LogTrouble = keyof typeof logTroubles;
