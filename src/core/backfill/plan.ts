import type { AskedTime } from "../../contract/time/asked-time.ts";
import { BackfillError } from "../../contract/backfill-error.ts";
import { digitsOf, wallOf } from "../../contract/time/wall-ms.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { askedMoment } from "../decide/asked-task-time.ts";
import { expandRows, unequalRows, type Row } from "../task/batch-rows.ts";
import { taskName } from "../task/task-name.ts";
import { metaKeys } from "../task/template.ts";
import type { Values } from "../task/values.ts";
import { isCalendar } from "../time/calendar-span.ts";
import { instantOnWall, instantsOnWall } from "../time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";
import type { Phase, WorkflowGraph } from "../workflow/phase.ts";
import type { SlotOrder } from "./slot-times.ts";
import type { BackfillSpec } from "./slots.ts";

/** The span and the rows of a backfill, as a person asks for them. */
export interface BackfillQuestion {
  readonly type: string;
  readonly job: string;
  /** Name of a workflow file; empty = the first that has the phase. */
  readonly workflow: string;
  readonly from: AskedTime;
  /** Null: that of `from`. */
  readonly to: AskedTime | null;
  /** `hour`, `day`, `week` or `month`; null: the schedule of the phase, or its days. */
  readonly by: string | null;
  readonly order: SlotOrder;
  /** Columns of rows instead of those of the phase; null: those of the phase. */
  readonly columns: Values | null;
  /** A file of rows instead of those of the phase; empty: none. */
  readonly metaFile: string;
}

export interface BackfillPlan {
  readonly phase: Phase;
  readonly spec: BackfillSpec;
}

const MAX_ROWS = 100_000;

/** The phase that is asked for. Throws BackfillError. */
export function backfillPhase({ type, job, workflow }: BackfillQuestion, graph: WorkflowGraph): Phase {
  const phase = graph.phaseOf(type, job, workflow);
  if (phase !== null) return phase;
  const near = graph.phases.filter((one) => one.type === type).slice(0, 5);
  const known = (near.length > 0 ? near : graph.phases.slice(0, 5)).map(taskName);
  const where = workflow === "" ? "" : ` in ${workflow}`;
  const remedy = known.length === 0 ? "no workflow is loaded" : `name one of: ${known.join(", ")}`;
  throw new BackfillError("unknown_phase", `no phase ${taskName({ type, job })}${where}; ${remedy}`);
}

/** The file that the rows come from; empty: none. It is read before `planBackfill`. */
export function backfillFile({ columns, metaFile }: BackfillQuestion, { rule }: Phase): string {
  return metaFile === "" && columns === null ? rule.metaFile : metaFile;
}

/**
 * What a backfill makes. `fileRows`: those of `backfillFile`, null when there is none; `zone`: of phases that name none.
 * Throws BackfillError.
 */
export function planBackfill(
  question: BackfillQuestion,
  phase: Phase,
  fileRows: readonly Row[] | Error | null,
  zone: string,
): BackfillPlan {
  const { rule } = phase;
  const isOwn = question.columns === null && question.metaFile === "";
  const columns = isOwn ? rule.meta : question.columns;
  if (columns !== null && fileRows !== null)
    throw new BackfillError("rows", "rows come from meta or from a meta file, not from both: give one of them");
  if (fileRows instanceof Error) throw new BackfillError("rows", fileRows.message);
  const unequal = columns === null ? null : unequalRows(columns);
  if (unequal !== null) throw new BackfillError("rows", unequal);
  const rows = expandRows(columns, fileRows);
  if (fileRows !== null && rows.length === 0)
    throw new BackfillError("rows", `${phase.task} has no rows: its meta file is empty`);
  if (rows.length > MAX_ROWS)
    throw new BackfillError("rows", `${rows.length} rows a moment are more than ${MAX_ROWS}: split the meta file`);
  refuseMissing(phase, rows);
  const hasSpan = rule.forNs !== 0n || isCalendar(rule.forDays);
  const bySchedule = question.by === null && rule.cron !== null && !hasSpan;
  const by = question.by ?? (hasSpan && rule.by !== "" ? rule.by : "day");
  const ownZone = rule.timezone ?? zone;
  const [first, last] = endsOf(question, phase, zone, bySchedule || /^hour/i.test(by));
  if (last < first)
    throw new BackfillError("span", "the span ends before it begins: --from is the older end, --to the newer one");
  return {
    phase,
    spec: {
      type: phase.type,
      job: phase.job,
      workflow: phase.workflow,
      template: phase.template,
      first,
      last,
      by,
      bySchedule,
      zone: ownZone,
      order: question.order,
      rows: rows.length === 0 ? null : rows.map((row) => Object.fromEntries(row)),
      processZone: zone,
    },
  };
}

/** What a child or a file phase takes from its parent or its file must be given. */
function refuseMissing(phase: Phase, rows: readonly Row[]): void {
  const keys = metaKeys(phase.template, () => true);
  const missing = keys.filter((key) => rows.length === 0 || rows.some((row) => !row.has(key)));
  if (missing.length === 0) return;
  const example = missing.map((key) => `${key}=…`).join(",");
  throw new BackfillError(
    "meta_missing",
    `the template of ${phase.task} uses {meta:${missing.join("}, {meta:")}}, and nothing gives it: add --meta ${example}, or --meta-file`,
  );
}

/** A bare day is that of its tick, or begins and ends at midnight where the steps are within the day. */
function endsOf(
  { from, to, by }: BackfillQuestion,
  phase: Phase,
  zoneName: string,
  isWithinDays: boolean,
): readonly [number, number] {
  const zone = zoneOf(phase.rule.timezone ?? zoneName);
  const isBareDay = (asked: AskedTime): boolean => asked.kind === "wall" && asked.isDay;
  const first =
    from.kind === "wall" && from.isDay && (isWithinDays || by === null)
      ? instantOnWall(from.wall, zone)
      : askedMoment(from, phase, zoneName);
  const end = to ?? from;
  if (end.kind === "wall" && isBareDay(end)) return [first, instantOnWall(wallOf(digitsOf(end.wall) + DAY), zone) - 1];
  // The later one of two: an hour that the clocks show twice is meant with both.
  return [first, end.kind === "wall" ? Math.max(...instantsOnWall(end.wall, zone)) : askedMoment(end, phase, zoneName)];
}
