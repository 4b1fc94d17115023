/** The same numbers from 0 to 1 in every run, so that a red test means a change and not luck; RANDOM_SEED asks for others. */
export function seededRandom(seed = Number(process.env['RANDOM_SEED'] ?? 20261121)): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
