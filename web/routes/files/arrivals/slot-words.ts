import type { Clock } from "../../../services/format.ts";
import type { ArrivalsAnswer, ArrivalSlot } from "./arrivals-queries.ts";
import type { Cell, Layout } from "./layout.ts";
import { delayText } from "./lateness.ts";

/** `2026-01-14T13`, of minutes `2026-01-14T13:05`, of whole days `2026-01-14`. */
export function taskTimeText(taskTime: string, by: Layout["by"]): string {
  const text = taskTime.slice(0, 16);
  if (by !== "hour" && text.endsWith("T00:00")) return text.slice(0, 10);
  return text.endsWith(":00") ? text.slice(0, 13) : text;
}

/** What a cell says in a sentence, without its time. */
export function cellText({ slots }: Cell, answer: ArrivalsAnswer, clock: Clock): string {
  const [only] = slots;
  if (only === undefined) return "none is expected";
  if (slots.length === 1) return slotText(only, answer, clock);
  const came = slots.filter(({ state }) => state === "came");
  const missing = slots.filter(({ state }) => state === "missing").length;
  const coming = slots.length - came.length - missing;
  const latest = Math.max(...came.map(({ delay_ms: delay }) => delay ?? 0));
  return [
    ...(came.length === 0 ? [] : [`${came.length} came, the latest ${delayText(latest)}`]),
    ...(missing === 0 ? [] : [`${missing} missing`]),
    ...(coming === 0 ? [] : [`${coming} to come`]),
  ].join(", ");
}

export function slotText(
  { state, delay_ms: delay, first_at: at, task_time: time }: ArrivalSlot,
  { usual_delay_ms: usual }: Pick<ArrivalsAnswer, "usual_delay_ms">,
  clock: Clock,
): string {
  if (state === "came") {
    const seen = at === null ? "" : `, at ${clock.time(Date.parse(at))}`;
    return `${delayText(delay ?? 0)}${seen}`;
  }
  if (state === "missing") return "none came";
  if (usual === null) return "still to come";
  return `${state === "due" ? "due since" : "expected at"} ${clock.minutes(Date.parse(time) + usual)}`;
}
