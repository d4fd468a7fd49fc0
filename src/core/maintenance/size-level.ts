import type { Severity } from "../workflow/phase.ts";

/** Shares of the limit (percent) at which people are told, and how grave each is. */
const LEVELS: readonly (readonly [percent: number, severity: Severity])[] = [
  [80, "info"],
  [90, "warning"],
  [100, "critical"],
];
/** A level ends this far (percent of the limit) below it, so that a size near it does not tell them again and again. */
const SLACK = 2;

/** The level of a size, given the level before; 0: below all. */
export function sizeLevel(size: number, limit: number, before: number): number {
  if (limit <= 0) return 0;
  const percent = (size / limit) * 100;
  const reached = LEVELS.findLast(([level]) => percent >= (level <= before ? level - SLACK : level));
  return reached?.[0] ?? 0;
}

export function severityOfLevel(level: number): Severity {
  return LEVELS.findLast(([percent]) => level >= percent)?.[1] ?? "info";
}
