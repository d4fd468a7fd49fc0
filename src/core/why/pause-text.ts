import type { Facts } from "./phrases.ts";
import { instantText, named, spanText } from "./phrases.ts";
import type { WhyPause } from "./why-facts.ts";

/** `is paused since … by ann (new disk); it goes on …`, by the clock of the IANA zone. */
export function pauseText({ phaseId, since, until, by, reason }: WhyPause, now: number, zone: string): string {
  const resume = phaseId === 0 ? "`flowlord resume --all`" : "`flowlord resume`";
  const end = until === null ? `with ${resume}` : `at ${instantText(until, zone)}, or with ${resume}`;
  const length = spanText(Math.max(0, now - since));
  return `is paused since ${instantText(since, zone)} (${length}) by ${named(by)}${reason === "" ? "" : ` (${named(reason)})`}; it goes on ${end}`;
}

/** The same as data of a finding. */
export function pauseData({ phaseId, since, until, by, reason }: WhyPause): Facts {
  return { paused_since: since, until, by, reason, all: phaseId === 0 };
}
