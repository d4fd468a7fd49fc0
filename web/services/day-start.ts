const HOUR = 3_600_000;

/** Where the day of a moment begins by the clock of a zone; days of 23 and 25 hours too. */
export function dayStart(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const sinceMidnight = (moment: number): number => {
    const [hours = 0, minutes = 0, seconds = 0] = format.format(moment).split(":").map(Number);
    return (hours * 3600 + minutes * 60 + seconds) * 1000;
  };
  const guess = Math.floor(at / 1000) * 1000 - sinceMidnight(at);
  // The clock was changed in between.
  const off = sinceMidnight(guess);
  return off === 0 ? guess : off < 12 * HOUR ? guess - off : guess + (24 * HOUR - off);
}

/** The days around one, by a moment in it. */
export function dayBefore(start: number, zone: string): number {
  return dayStart(start - 12 * HOUR, zone);
}

export function dayAfter(start: number, zone: string): number {
  return dayStart(start + 30 * HOUR, zone);
}
