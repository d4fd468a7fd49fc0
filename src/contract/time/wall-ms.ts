declare const WALL: unique symbol;

/**
 * What the clocks of a zone show, as the milliseconds since 1970 at which clocks in UTC show the same: task times are kept
 * like that. It is a number only at run time. For the compiler it is none, so that a wall time and an instant cannot be mixed,
 * compared or subtracted: `core/time` turns one into the other, and needs the zone for it.
 */
export interface WallMs {
  readonly [WALL]: "wall";
}

/** The wall time of these digits: they are given as the instant at which clocks in UTC show them. */
export function wallOf(digits: number): WallMs {
  return digits as unknown as WallMs;
}

/** The digits of a wall time, as the instant at which clocks in UTC show them: for arithmetic on a calendar, and for text. */
export function digitsOf(wall: WallMs): number {
  return wall as unknown as number;
}
