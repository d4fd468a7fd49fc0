import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import type { SlotColumn, SlotRow, SlotState } from "../../../components/slots/slot.ts";
import type { ArrivalsAnswer, ArrivalSlot } from "./arrivals-queries.ts";
import { latenessOf, type LatenessScale } from "./lateness.ts";

/** What stands in a cell: the task times of an hour, a day or a month. */
export interface Cell {
  readonly state: SlotState;
  /** Oldest first. */
  readonly slots: readonly ArrivalSlot[];
}

export interface Layout {
  readonly columns: readonly SlotColumn[];
  /** The newest first. */
  readonly rows: readonly SlotRow[];
  readonly cells: readonly (readonly (Cell | null)[])[];
  /** What the columns are of the rows. */
  readonly by: "hour" | "weekday" | "month";
}

interface Frame {
  readonly by: Layout["by"];
  readonly columns: readonly SlotColumn[];
  /** The rows between two wall times, and where one of these stands. */
  readonly rows: readonly SlotRow[];
  readonly placeOf: (wall: number) => { readonly row: string; readonly column: number };
}

const two = (value: number): string => String(value).padStart(2, "0");
const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** The digits of a task time, as the instant at which clocks in UTC show them. */
export function wallOf(taskTime: string): number {
  return Date.parse(`${taskTime.slice(0, 19)}Z`);
}

/** Days by hour; of files that come daily weeks by day, monthly years by month. */
export function layoutOf(answer: Pick<ArrivalsAnswer, "from" | "to" | "step" | "slots">, scale: LatenessScale): Layout {
  const { by, columns, rows, placeOf } = frameOf(answer);
  const index = new Map(rows.map(({ key }, at) => [key, at]));
  const found = rows.map(() => columns.map((): ArrivalSlot[] => []));
  for (const slot of answer.slots) {
    const { row, column } = placeOf(wallOf(slot.task_time));
    found[index.get(row) ?? -1]?.[column]?.push(slot);
  }
  return { by, columns, rows, cells: found.map((row) => row.map((slots) => cellOf(slots, scale))) };
}

/** The worst of its task times. */
function cellOf(slots: readonly ArrivalSlot[], scale: LatenessScale): Cell | null {
  if (slots.length === 0) return null;
  const delays = slots.flatMap(({ delay_ms: delay }) => (delay === null ? [] : [delay]));
  if (slots.some(({ state }) => state === "missing")) return { state: "gap", slots };
  return { state: delays.length === 0 ? "planned" : latenessOf(Math.max(...delays), scale), slots };
}

function frameOf({ from, to, step, slots }: Pick<ArrivalsAnswer, "from" | "to" | "step" | "slots">): Frame {
  const [first, last] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)];
  if (step === "month") return months(first, last);
  const isDaily =
    step === null ? slots.length > 0 && slots.every((slot) => wallOf(slot.task_time) % DAY === 0) : step.ms >= DAY;
  return isDaily ? weeks(first, last) : days(first, last);
}

function days(first: number, last: number): Frame {
  const columns = Array.from({ length: 24 }, (_, hour) => ({
    name: two(hour),
    ...(hour % 6 === 0 ? { tick: two(hour) } : {}),
  }));
  return {
    by: "hour",
    columns,
    rows: between(first, last, DAY).map((day) => ({
      key: dateOf(day),
      label: `${weekday(day)} ${new Date(day).getUTCDate()}`,
    })),
    placeOf: (wall) => ({ row: dateOf(wall), column: Math.floor((wall % DAY) / HOUR) }),
  };
}

function weeks(first: number, last: number): Frame {
  const monday = (wall: number): number => Math.floor(wall / DAY) * DAY - ((new Date(wall).getUTCDay() + 6) % 7) * DAY;
  const columns = Array.from({ length: 7 }, (_, day) => {
    const name = weekday(monday(first) + day * DAY);
    return { name, tick: name };
  });
  return {
    by: "weekday",
    columns,
    rows: between(monday(first), monday(last), 7 * DAY).map((week) => ({ key: dateOf(week), label: dayText(week) })),
    placeOf: (wall) => ({ row: dateOf(monday(wall)), column: (new Date(wall).getUTCDay() + 6) % 7 }),
  };
}

function months(first: number, last: number): Frame {
  const year = (wall: number): number => new Date(wall).getUTCFullYear();
  const columns = Array.from({ length: 12 }, (_, month) => {
    const name = new Date(Date.UTC(2000, month))
      .toLocaleString("en-GB", { month: "short", timeZone: "UTC" })
      .slice(0, 3);
    return { name, ...(month % 2 === 0 ? { tick: name } : {}) };
  });
  const years = Array.from({ length: year(last) - year(first) + 1 }, (_, at) => String(year(last) - at));
  return {
    by: "month",
    columns,
    rows: years.map((text) => ({ key: text, label: text })),
    placeOf: (wall) => ({ row: String(year(wall)), column: new Date(wall).getUTCMonth() }),
  };
}

/** The newest first. */
function between(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, at) => last - at * step);
}

function weekday(wall: number): string {
  return new Date(wall).toLocaleString("en-GB", { weekday: "short", timeZone: "UTC" }).slice(0, 2);
}

/** `30 Nov` */
function dayText(wall: number): string {
  return new Date(wall).toLocaleString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}
