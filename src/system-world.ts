import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { v7 as newId } from "uuid";
import type { World } from "./engine/context.ts";

/** The real clock, ids and chance. `timezone` null: the zone of the process. */
export function systemWorld(timezone: string | null): World {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    newId: () => newId(),
    shortId: () => randomBytes(4).toString("hex"),
    host: hostname(),
    zone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
