import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { performance } from "node:perf_hooks";
import { v7 } from "uuid";
import { processZone } from "../config/process-zone.ts";
import type { Runtime } from "../engine/context.ts";

const BYTES_AN_ID = 16;
const POOL = 256 * BYTES_AN_ID;

/** The real clock, ids and random source. `timezone` null: the zone of the process. */
export function systemRuntime(timezone: string | null): Runtime {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => Math.random(),
    newId: idSource(Date.now),
    shortId: () => randomBytes(4).toString("hex"),
    host: hostname(),
    zone: timezone ?? processZone(),
  };
}

/**
 * Makes UUIDs of version 7 that grow from one to the next, also within a millisecond and when the clock is set back.
 * Random bytes are read a page at a time: one read an id would take half as long as the rest of a tick.
 */
export function idSource(now: () => number): () => string {
  const pool = new Uint8Array(POOL);
  let used = POOL;
  let msecs = 0;
  let seq = 0;
  return () => {
    if (used === POOL) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    const random = pool.subarray(used, used + BYTES_AN_ID);
    used += BYTES_AN_ID;
    const at = now();
    if (at > msecs) {
      msecs = at;
      seq = firstOf(random);
    } else {
      seq = (seq + 1) | 0;
      if (seq === 0) msecs += 1;
    }
    return v7({ msecs, seq, random });
  };
}

/** Below the upper half of 32 bits, so that it can count up. It uses the bytes that the id itself leaves out. */
function firstOf([a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return ((a & 0x7f) << 24) | (b << 16) | (c << 8) | d;
}
