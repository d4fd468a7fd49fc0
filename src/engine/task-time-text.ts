import type { WallMs } from "../contract/time/wall-ms.ts";
import { isoOfWall } from "../core/time/wall-ms.ts";
import { zoneOf } from "../core/time/zone.ts";

/** RFC 3339 with the offset of the zone (IANA) of its phase; `instanceZone` counts where no phase is known. Null stays null. */
export function taskTimeText(time: WallMs | null, zone: string | null, instanceZone: string): string | null {
  return time === null ? null : isoOfWall(time, zoneOf(zone ?? instanceZone));
}
