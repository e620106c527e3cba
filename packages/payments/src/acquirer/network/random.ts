/** Numbers in [0, 1) that are the same for the same seed: a xorshift generator (Marsaglia, 2003). */
export function seededRandom(seed: number): () => number {
  // Zero would stay zero; a multiplication spreads small seeds over all bits.
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
