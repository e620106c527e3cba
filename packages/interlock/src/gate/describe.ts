import type { ChangeFact, LiveBecause, LiveVersionFact, Stage } from "./facts.ts";

/** `payments` of `payments@2.3.0`. */
export function appOf(appVersion: string): string {
  return appVersion.slice(0, appVersion.indexOf("@"));
}

/** `chg_… (rename amount)`. */
export function nameOf({ change, title }: Pick<ChangeFact, "change" | "title">): string {
  return title === "" ? change : `${change} (${title})`;
}

const becauses: Readonly<Record<LiveBecause, string>> = {
  sessions: "it has sessions",
  "seen-lately": "it had sessions a short while ago",
  "release-running": "its release is running",
  "release-stalled": "its release was begun and has not ended in the time it was to take",
  released: "it was released, and nothing has replaced it",
};

/** Why it counts as live: "it has 4 sessions, and its release is running". */
export function describeLive({ because, sessions }: LiveVersionFact): string {
  const words = because.map((one) =>
    one === "sessions"
      ? `it has ${String(sessions)} ${sessions === 1 ? "session" : "sessions"}`
      : becauses[one],
  );
  return words.join(", and ");
}

/** What ends each of the reasons that it counts as live. */
export function lettingGo({ appVersion, because }: LiveVersionFact, environment: string): string {
  const app = appOf(appVersion);
  const wanted = new Set(
    because.map((one) => {
      switch (one) {
        case "sessions":
          return `stop its processes`;
        case "seen-lately":
          return `wait until its last session is long enough ago`;
        case "release-running":
        case "release-stalled":
          return `interlock release cancel ${appVersion} --env ${environment} (or finish, and then release what replaces it)`;
        case "released":
          return `release what replaces it: interlock release start ${app}@VERSION --env ${environment}, and finish when it is out`;
        default:
          return one satisfies never;
      }
    }),
  );
  return [...wanted].join("; ");
}

const stages: Readonly<Record<Stage, string>> = {
  before: "not begun",
  expanding: "being expanded",
  expanded: "expanded",
  contracting: "being contracted",
  after: "done",
  "rolling-back": "being rolled back",
  between: "partly there, and nothing says why",
  unknown: "not to be told from the structure",
};

/** "expanded", "being rolled back". */
export function describeStage(stage: Stage): string {
  return stages[stage];
}

const structures: Readonly<Record<Stage, string>> = {
  before: "the structure before",
  expanding: "the structure while expanding",
  expanded: "the expanded structure",
  contracting: "the structure while contracting",
  after: "the structure after",
  "rolling-back": "the structure while rolling back",
  between: "a structure that is partly changed",
  unknown: "a structure that can't be told",
};

/** "payments@2.2.0 does not work on the structure after chg_…" is made with it. */
export function describeStructure(stage: Stage): string {
  return structures[stage];
}

/** "eu-1", "eu-1 and eu-2", "eu-1, eu-2 and 18 more". */
export function listNames(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${String(names.length - 2)} more`;
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** A text in a message: without the stop at its end, so that a sentence can go on. */
export function inSentence(text: string): string {
  return text.trim().replace(/\.$/, "");
}
