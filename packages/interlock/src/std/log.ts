/** Where a long-running process tells its operator what happens: facts first, then a sentence. Never a secret. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
