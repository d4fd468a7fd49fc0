import type { ArrivalsAnswer } from "../../contract/api/files/arrivals-api.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { digitsOf, type WallMs, wallOf } from "../../contract/time/wall-ms.ts";
import { arrivalSlots, slotSpan } from "../../core/stats/arrival-slots.ts";
import { arrivalStats } from "../../core/stats/file-arrivals.ts";
import { instantOnWall, isoOfWall } from "../../core/time/wall-ms.ts";
import { type Zone, zoneOf } from "../../core/time/zone.ts";
import { aboutOf, tickNear } from "../../core/workflow/offset.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { ArrivalRow } from "../../store/file-queries.ts";
import type { EngineContext } from "../context.ts";
import { namedPhases, type PhaseName } from "../workflows/named-phases.ts";

export interface ArrivalsAsked {
  readonly name: PhaseName;
  /** Days of task times, `2026-01-31`, both included; null: as the habit of the phase asks for. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Of so many task times a habit is learned, and so many are read. */
const HABIT = 60;
const MAX_TIMES = 5000;
const MAX_DAYS = 800;

/** When the files of a phase came by task time, which are missing and which are expected. Throws DomainError. */
export async function phaseArrivals(
  { name, from, to }: ArrivalsAsked,
  context: EngineContext,
): Promise<ArrivalsAnswer> {
  const { store, runtime } = context;
  const [phase] = await namedPhases(name, context);
  const { id: phaseId, rule } = phase;
  const zone = rule.timezone ?? runtime.zone;
  const clocks = zoneOf(zone);
  const now = runtime.now();
  const { files } = store.reads;
  const newest = await files.arrivals({ phaseId, from: null, until: null, least: HABIT, most: HABIT });
  const habit = arrivalStats(newest.arrivals.map(arrivalOf), now, clocks);
  const span = slotSpan({ from: dayOf("from", from), to: dayOf("to", to) }, habit.step, now, clocks);
  const length = digitsOf(span.until) - digitsOf(span.from);
  if (length <= 0 || length > MAX_DAYS * DAY)
    throw new DomainError("invalid", "span", `The days from \`from\` to \`to\` must be 1 to ${MAX_DAYS}.`);
  const { arrivals, cut } = await files.arrivals({ phaseId, ...span, least: HABIT, most: MAX_TIMES });
  const slots = arrivalSlots(arrivals.map(arrivalOf), habit, span, now, clocks);
  const byTime = new Map(arrivals.map((one) => [one.task_time, one]));
  const last = slots.at(-1)?.taskTime;
  return {
    phase: {
      phase_id: phaseId,
      workflow: phase.workflow,
      task: phase.task,
      type: phase.type,
      job: phase.job,
      line: phase.line,
      zone,
      language: rule.filesGlob === null ? "files" : "files_glob",
      pattern: rule.files ?? rule.filesGlob,
    },
    from: dateText(digitsOf(span.from)),
    to: dateText(digitsOf(span.until) - DAY),
    step: habit.step,
    usual_delay_ms: habit.usualDelay,
    longest_delay_ms: habit.longestDelay,
    alert_after_ms: last === undefined ? null : alertAfter(phase, last, clocks, runtime.zone),
    slots: slots.map(({ taskTime, state, delayMs }) => {
      const arrival = byTime.get(taskTime);
      return {
        task_time: isoOfWall(taskTime, clocks),
        state,
        delay_ms: delayMs,
        file_id: arrival?.file_id ?? null,
        first_at: arrival === undefined ? null : new Date(arrival.received_at).toISOString(),
        last_at: arrival === undefined ? null : new Date(arrival.last_received_at).toISOString(),
      };
    }),
    cut,
  };
}

function dateText(digits: number): string {
  return new Date(digits).toISOString().slice(0, 10);
}

function arrivalOf({ task_time: taskTime, received_at: receivedAt }: ArrivalRow) {
  return { taskTime, receivedAt };
}

/** From the task time to the tick of `expect_by` that looks for its file. */
function alertAfter(phase: Phase, taskTime: WallMs, clocks: Zone, zone: string): number | null {
  const schedule = phase.rule.expectBy;
  if (schedule === null) return null;
  const at = instantOnWall(taskTime, clocks);
  let tick = schedule.next(tickNear(phase, at, zone) - 1);
  // The hours of a clock change move it by a tick.
  if (tick !== null && aboutOf(phase, tick, zone) < at) tick = schedule.next(tick);
  return tick === null ? null : tick - at;
}

function dayOf(field: string, text: string | null): WallMs | null {
  if (text === null) return null;
  const day = parseInstant(`${text}T00:00:00Z`);
  if (day !== null) return wallOf(day);
  throw new DomainError("invalid", "span", `${field} is not a day that Flowlord can use: write it as in 2026-01-31.`);
}
