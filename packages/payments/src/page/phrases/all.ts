import type { Language } from "../language.ts";
import { english } from "./english.ts";
import { french } from "./french.ts";
import { italian } from "./italian.ts";
import type { Phrases } from "./phrases.ts";

export const phrasesOf: Readonly<Record<Language, Phrases>> = { fr: french, en: english, it: italian };
