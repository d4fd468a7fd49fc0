import { digitsOf } from "../../../src/contract/time/wall-ms.ts";
import { type Row, unequalRows } from "../../../src/core/task/batch-rows.ts";
import { compileGlob } from "../../../src/core/glob/glob.ts";
import { MetaRowsError, metaRowsFormat, parseMetaRows } from "../../../src/core/task/meta-rows.ts";
import { decideTick } from "../../../src/core/decide/on-tick.ts";
import { parseQuery } from "../../../src/core/text/query.ts";
import { covers, type VectorCase } from "../../../scripts/vector-runner.ts";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";

interface TickCase {
  readonly now: string;
  readonly timezone: string;
  readonly workflow: string;
  readonly task: string;
  readonly rule: string;
  readonly template: string;
  readonly files?: Readonly<Record<string, string>>;
}

export function answer(input: unknown): unknown {
  const one = input as TickCase;
  const now = Date.parse(one.now);
  const keys = Object.entries({ task: one.task, rule: one.rule, template: one.template });
  const source = `[[phase]]\n${keys.map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join("")}`;
  const file = parseWorkflowFile(one.workflow, source, { zone: one.timezone, now });
  const [phase] = file.phases;
  if (!file.accepted || phase === undefined) {
    return { load_error: file.issues.find((issue) => issue.severity === "error")?.message };
  }
  if (phase.rule.cron === null) return { load_error: "the rule has no cron" };

  const effects = decideTick(phase, { phaseId: phase.id, scheduledAt: now }, new Map(), {
    now,
    newId: () => "<uuid>",
    shortId: () => "00000000",
    host: "host",
    zone: one.timezone,
    taskTtl: 4 * 3_600_000,
    metaRows: (path) => rowsOf(path, one.files ?? {}),
  });
  return {
    sent: effects.tasks.map(({ message: { type, job, info, meta } }) => ({
      topic: type,
      task: { type, ...(job === "" ? {} : { job }), info, meta },
    })),
    alerts: effects.alerts.map((alert) => ({
      when: alert.atOnce ? "at once" : "gathered",
      type: alert.taskType,
      job: alert.job,
      task_id: alert.taskId,
      task_time: alert.taskTime === null ? "0001-01-01T00:00:00Z" : new Date(digitsOf(alert.taskTime)).toISOString(),
      msg: alert.message,
    })),
  };
}

/**
 * A load error, and the text of an alert, are hints in the recorded answers: ours must be there, in words of its own.
 * Rows of unequal length were settled after the recording: a warning at load, no task and one alert a tick, which is what
 * the older program did; so such a case is held to `out`.
 */
export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  const meta = parseQuery((testCase.in as TickCase).rule).values.get("meta")?.[0] ?? "";
  const isUnequal = testCase.differs === "O3" && unequalRows(columnsOf(meta)) !== null;
  return covers(withoutWording(got), withoutWording(isUnequal ? testCase.out : wanted), true);
}

/** `a:1,2|b:3` as columns. */
function columnsOf(meta: string): Map<string, string[]> {
  return new Map(
    meta.split("|").map((column) => {
      const [key = "", values = ""] = column.split(":");
      return [key, values.split(",")];
    }),
  );
}

function withoutWording(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWording);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const isText = (key === "load_error" || key === "msg") && typeof field === "string" && field !== "";
      return [key, isText ? "<text>" : withoutWording(field)];
    }),
  );
}

/** The scratch files that the path or pattern names, as the engine reads them from a disk: in name order. */
function rowsOf(path: string, files: Readonly<Record<string, string>>): readonly Row[] | MetaRowsError {
  const matches = compileGlob(path) ?? ((name: string) => name === path);
  const names = Object.keys(files).filter((name) => matches(`<dir>/${name}`));
  if (names.length === 0) return new MetaRowsError(0, "there is no such file");
  const rows: Row[] = [];
  for (const name of names.toSorted()) {
    const some = parseMetaRows(files[name] ?? "", metaRowsFormat(name));
    if (some instanceof MetaRowsError) return some;
    rows.push(...some);
  }
  return rows;
}
