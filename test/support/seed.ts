import { basename } from "node:path";
import fc from "fast-check";

/** The seed where nobody asked for another: a run on a desk finds what the run before it found. */
const PINNED = 1;

/**
 * Every test that draws something draws it from this seed. CI takes a new one in each run and prints it;
 * `FLOWLORD_TEST_SEED=N` takes an earlier one again.
 */
export const SEED = seedOf(process.env);

function seedOf({ FLOWLORD_TEST_SEED: given, CI }: NodeJS.ProcessEnv): number {
  if (given !== undefined && given !== "") {
    const seed = Number(given);
    if (!Number.isSafeInteger(seed)) throw new Error(`FLOWLORD_TEST_SEED takes a whole number, not "${given}"`);
    return seed;
  }
  if (CI !== "true") return PINNED;
  const drawn = Math.floor(Math.random() * 2 ** 31);
  console.log(`${basename(process.argv[1] ?? "")}: drawn with FLOWLORD_TEST_SEED=${drawn}`);
  return drawn;
}

fc.configureGlobal({ seed: SEED });

/** How often a slow property is tried: with a pinned seed the tries are the same each time, so CI makes most of them. */
export function tries(inCi: number): { readonly numRuns: number } {
  return { numRuns: process.env["CI"] === "true" ? inCi : Math.ceil(inCi / 4) };
}

/** Property tests take it from here, so that the seed is set before their first property. */
export { fc };

/** Mulberry32: numbers from 0 up to below 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
