/** What is known of a key: whether it fires, and up to which beginning everything has ended. */
export interface KnownSignal {
  /** The latest beginning that was told of while it fires; null where it does not. */
  firingFrom: Date | null;
  /** The latest beginning among those that have ended. */
  endedUpTo: Date | null;
}

/** What a sender says of a key. Times are null where it does not tell them. */
export interface Said {
  state: "firing" | "ended" | "acknowledged";
  startedAt: Date | null;
  endedAt: Date | null;
}

export type Folding =
  | "raise"
  /** It fires already. */
  | "again"
  | "end"
  /** It ended before it was heard of: what comes late about it is told by that. */
  | "note-ended"
  | "acknowledge"
  /** About something that is over. */
  | "late";

/**
 * What something that a sender says does to what is known. Deliveries come twice, late and in any order: a key has
 * one trouble at a time, later ones begin later, so whatever is said of one that began no later than one that has
 * ended is old news.
 */
export function foldSignal({ firingFrom, endedUpTo }: KnownSignal, said: Said): Folding {
  const { state, startedAt, endedAt } = said;
  switch (state) {
    case "firing":
      if (startedAt !== null && endedUpTo !== null && startedAt <= endedUpTo) return "late";
      return firingFrom === null ? "raise" : "again";
    case "ended": {
      if (firingFrom === null) {
        return startedAt !== null && (endedUpTo === null || startedAt > endedUpTo) ? "note-ended" : "late";
      }
      const about = startedAt ?? endedAt;
      return about === null || about >= firingFrom ? "end" : "late";
    }
    case "acknowledged":
      return firingFrom === null ? "late" : "acknowledge";
    default:
      return state satisfies never;
  }
}
