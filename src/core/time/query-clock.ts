import type { QueryClock } from "../../contract/query/task-query-values.ts";
import { fromWall, zoneOf } from "./zone.ts";

/** Reads the times of a query as local times of the zone. */
export function queryClock(now: number, zoneName: string): QueryClock {
  const zone = zoneOf(zoneName);
  return { now, zone: zoneName, toWall: (at) => at + zone.offsetAt(at), fromWall: (wall) => fromWall(wall, zone) };
}
