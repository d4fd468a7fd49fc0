import { SECOND } from "../contract/time/time-units.ts";
import { Loop } from "../services/loop.ts";
import type { Service } from "../services/service.ts";
import type { Reports } from "./intake.ts";

/** A turn that has lasted longer than this (ms) is an error: a turn takes milliseconds. */
const STUCK_MS = 30 * SECOND;
const EVERY_MS = 5 * SECOND;

/** One sentence about each service whose turn does not end. */
export function stuck(services: readonly Service[], now: number): readonly string[] {
  return services
    .filter(({ busySince }) => busySince !== null && now - busySince >= STUCK_MS)
    .map(
      ({ name, busySince }) => `${name}: a turn has lasted ${Math.round((now - (busySince ?? now)) / 1000)} seconds`,
    );
}

/** Logs once when a turn of a service does not end, and when it did. */
export function watchdog(
  services: readonly Service[],
  { now, onProblem, log }: Reports & { readonly now: () => number },
): Service {
  let reported = new Set<Service>();
  return new Loop({
    name: "watchdog",
    now,
    onProblem,
    atLeastEveryMs: EVERY_MS,
    run: async () => {
      const found = services.filter((service) => stuck([service], now()).length > 0);
      for (const service of found)
        if (!reported.has(service)) log.error("watchdog", `${stuck([service], now()).join("")} and has not ended.`);
      for (const service of reported)
        if (!found.includes(service)) log.info("watchdog", `${service.name}: the turn has ended.`);
      reported = new Set(found);
      return now() + EVERY_MS;
    },
  });
}
