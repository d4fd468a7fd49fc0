import { isZone } from "../core/time/zone.ts";

/** The TZ of the environment names no zone. */
export class ProcessZoneError extends Error {
  readonly code = "process_zone";

  constructor(tz: string) {
    super(
      `TZ is "${tz}", which is no name of the IANA time zone database; set TZ to one, like TZ=Europe/Berlin or TZ=UTC, or set timezone in the configuration`,
    );
    this.name = "ProcessZoneError";
  }
}

/** The IANA zone of this process. Throws ProcessZoneError when TZ names none. */
export function processZone(): string {
  return zoneOfProcess(process.env["TZ"], Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/**
 * The zone of a process with this TZ, of which the runtime says that its zone is `resolved`. An empty TZ is UTC, as for
 * every other program; the runtime calls it unknown.
 */
export function zoneOfProcess(tz: string | undefined, resolved: string | undefined): string {
  if (tz !== undefined && /^\s*(?:(?:UTC|GMT)0?)?\s*$/.test(tz)) return "UTC";
  if (resolved !== undefined && isZone(resolved)) return resolved;
  // A machine without a zone of its own goes by UTC.
  if (tz === undefined) return "UTC";
  throw new ProcessZoneError(tz);
}
