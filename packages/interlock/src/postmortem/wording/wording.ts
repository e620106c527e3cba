import type { en } from "./en.ts";

export type WordingKey = keyof typeof en;

/** Every message, in a language. */
export type Wording = Readonly<Record<WordingKey, string>>;
