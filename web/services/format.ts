/** Figures and times as they are written everywhere: thousands with a comma, a space before a unit, an en dash for what is not there. */
const thousands = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
export const NOTHING = "–";
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

/** `17,833`; from a million `9.8 M`. */
export function count(value: number): string {
  if (value < 1_000_000) return thousands.format(value);
  return `${(value / 1_000_000).toFixed(value < 100_000_000 ? 1 : 0)} M`;
}

/** `0.4 s`, `48 s`, `1 m 06 s`, `3 h 10 m`, `2 d 4 h`. */
export function duration(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  if (ms < 9950) return `${(ms / SECOND).toFixed(1)} s`;
  const whole = Math.round(ms / SECOND) * SECOND;
  if (whole < MINUTE) return `${whole / SECOND} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} m ${two((whole % MINUTE) / SECOND)} s`;
  const minutes = Math.round(ms / MINUTE) * MINUTE;
  if (minutes < DAY) return `${Math.floor(minutes / HOUR)} h ${two((minutes % HOUR) / MINUTE)} m`;
  const hours = Math.round(ms / HOUR) * HOUR;
  return `${Math.floor(hours / DAY)} d ${(hours % DAY) / HOUR} h`;
}

/** `28 m ago`, `in 17 m`, `now`. */
export function ago(at: number, now: number): string {
  const ms = Math.abs(now - at);
  if (ms < SECOND) return "now";
  const units: readonly (readonly [number, string])[] = [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "m"],
    [SECOND, "s"],
  ];
  const [size, unit] = units.find(([each]) => ms >= each) ?? [SECOND, "s"];
  const text = `${Math.floor(ms / size)} ${unit}`;
  return at <= now ? `${text} ago` : `in ${text}`;
}

/** A share of 0 to 1 with two digits that count: `2.4 %`, `0.07 %`, `12 %`. */
export function share(value: number): string {
  if (value === 0) return "0 %";
  const percent = value * 100;
  const digits = Math.max(0, Math.min(3, 1 - Math.floor(Math.log10(percent))));
  return `${percent.toFixed(digits)} %`;
}

/** How many of all did well, with the digits that say how many did not: `98.6 %`, `99.95 %`, `100 %`. Null: there were none. */
export function successShare(well: number, failed: number): string | null {
  const all = well + failed;
  if (all === 0) return null;
  if (failed === 0) return "100 %";
  const percent = (failed / all) * 100;
  const digits = percent >= 10 ? 0 : percent >= 1 ? 1 : Math.min(3, -Math.floor(Math.log10(percent)));
  // A failure never rounds to none.
  return `${Math.min(100 - percent, 99.999).toFixed(digits)} %`;
}

/** Clock times and days of a zone. */
export class Clock {
  readonly zone: string;
  readonly #time: Intl.DateTimeFormat;
  readonly #minutes: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #year: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;

  constructor(zone: string) {
    this.zone = zone;
    const clock = { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" } as const;
    this.#time = new Intl.DateTimeFormat("en-GB", { ...clock, second: "2-digit" });
    this.#minutes = new Intl.DateTimeFormat("en-GB", clock);
    this.#day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" });
    // Sweden writes dates as ISO 8601 does.
    this.#date = new Intl.DateTimeFormat("sv-SE", { timeZone: zone });
    this.#year = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric" });
  }

  /** `14:05:12` */
  time(at: number): string {
    return this.#time.format(at);
  }

  /** `14:05` */
  minutes(at: number): string {
    return this.#minutes.format(at);
  }

  /** `14 Jan`, of another year `14 Jan 2025`. */
  day(at: number, now: number): string {
    const year = this.#year.format(at);
    return year === this.#year.format(now) ? this.#day.format(at) : `${this.#day.format(at)} ${year}`;
  }

  /** `2026-01-14`, as queries write it. */
  date(at: number): string {
    return this.#date.format(at);
  }

  /** `14:05`, of another day `14 Jan 14:05`. */
  minute(at: number, now: number): string {
    const day = this.day(at, now);
    return day === this.day(now, now) ? this.minutes(at) : `${day} ${this.minutes(at)}`;
  }

  /** `14:05:12`, of another day `14 Jan 14:05:12`. */
  moment(at: number, now: number): string {
    const day = this.day(at, now);
    return day === this.day(now, now) ? this.time(at) : `${day} ${this.time(at)}`;
  }
}
