import type { FastifyRequest } from "fastify";
import { networkOf } from "../../engine/access/address.ts";
import { TooManyError } from "../../engine/access/access-error.ts";
import { TokenBuckets } from "../../engine/access/token-buckets.ts";
import type { Caller } from "./caller.ts";

/** A caller that was quiet may send the requests of so many seconds at once. */
const BURST_SECONDS = 10;
/** Of an address from which nobody is known: so many at once, and then a few a second. */
const UNKNOWN = { capacity: 60, everyMs: 200 };

/** Limits how many requests a caller sends. */
export interface RateLimit {
  /** Of a caller who is known, or need not be. Throws TooManyError. */
  known(request: FastifyRequest, caller: Caller | null): void;
  /** Before anybody is known, and for who turns out not to be. Throws TooManyError. */
  unknown(request: FastifyRequest): void;
}

/**
 * `perSecond` 0: no limit for known callers. Whoever is on this machine is not limited: scripts of its owner are not to fail, and it has
 * better means to stop the process. Our own buckets, as logins have: a library would load its hooks into each route at the start.
 */
export function rateLimit(perSecond: number, now: () => number): RateLimit {
  const callers = new TokenBuckets({ capacity: BURST_SECONDS * perSecond, everyMs: 1000 / perSecond });
  const addresses = new TokenBuckets(UNKNOWN);
  const take = (buckets: TokenBuckets, caller: string): void => {
    const wait = buckets.take(caller, now());
    if (wait > 0)
      throw new TooManyError(
        "too_many_requests",
        `${caller} sends too many requests: go on in ${Math.ceil(wait / 1000)} s, more slowly.`,
        wait,
      );
  };
  return {
    known: (request, caller) => {
      if (perSecond === 0 || caller?.via === "token" || caller?.via === "loopback") return;
      take(callers, caller?.name ?? networkOf(request.ip));
    },
    unknown: (request) => take(addresses, networkOf(request.ip)),
  };
}
