import { isZone } from "../core/time/zone.ts";
import type { ConfigIssue } from "./read/issue.ts";

/** The IANA zone of this process; UTC when TZ is empty or names none. */
export function processZone(): string {
  return zoneOfProcess(process.env["TZ"], resolvedZone()).zone;
}

/** The warning that TZ names no zone, unless the configuration sets one. */
export function processZoneWarnings(timezone: string | null): readonly ConfigIssue[] {
  const problem = timezone === null ? zoneOfProcess(process.env["TZ"], resolvedZone()).problem : null;
  if (problem === null) return [];
  const remedy =
    "set TZ to a name of the IANA time zone database, like TZ=Europe/Berlin, or set timezone in the configuration";
  return [
    {
      severity: "warning",
      code: "process_zone",
      location: "environment",
      line: 0,
      column: 0,
      message: problem,
      remedy,
    },
  ];
}

/** The zone of a process with this TZ, of which the runtime says that its zone is `resolved`; null: no problem with it. */
export function zoneOfProcess(
  tz: string | undefined,
  resolved: string | undefined,
): { readonly zone: string; readonly problem: string | null } {
  // A machine without a zone of its own goes by UTC.
  if (tz === undefined) return { zone: resolved !== undefined && isZone(resolved) ? resolved : "UTC", problem: null };
  if (/^\s*(?:UTC|GMT)0?\s*$/.test(tz)) return { zone: "UTC", problem: null };
  if (tz.trim() === "") return { zone: "UTC", problem: "TZ is empty, so the zone is UTC" };
  if (resolved !== undefined && isZone(resolved)) return { zone: resolved, problem: null };
  return { zone: "UTC", problem: `TZ is ${JSON.stringify(tz)}, which is not a known zone, so the zone is UTC` };
}

function resolvedZone(): string | undefined {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
