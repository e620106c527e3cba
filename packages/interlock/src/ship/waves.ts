/** In how many slices the rows of a few blocks are written: see `BlockScope`. */
const usual = 8;
/** Fewer of the later slices' rows in their pages, and the slices cost more than they bring. */
const worthwhileShare = 0.3;
/** After how many stretches in one go slices are tried again: what kept rows from their pages may have ended. */
const triedAgainAfter = 32;

/**
 * Chooses how many slices blocks are written in, by what the last ones brought. They bring nothing while a long
 * transaction keeps what was written over from being cleared away, or where a written column is in an index.
 */
export class Waves {
  readonly #most: number;
  #plainLeft = 0;

  constructor({ rowsAreWritten }: { rowsAreWritten: boolean }) {
    this.#most = rowsAreWritten ? usual : 1;
  }

  next(): number {
    if (this.#plainLeft === 0) return this.#most;
    this.#plainLeft -= 1;
    return 1;
  }

  /** After all slices of some blocks: how many rows the later ones wrote, and how many of those stayed in their pages. */
  ended({ laterFilled, laterHot }: { laterFilled: number; laterHot: number }): void {
    if (laterFilled > 0 && laterHot < worthwhileShare * laterFilled) this.#plainLeft = triedAgainAfter;
  }
}
