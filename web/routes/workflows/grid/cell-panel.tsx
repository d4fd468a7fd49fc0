import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { ask } from "../../../acting/ask.ts";
import { Icon } from "../../../components/icon.tsx";
import { Mark, type Status, StatusWord } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { Clock, count, NOTHING } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { condition, ofKind } from "../../../services/query-text.ts";
import { statusOf } from "../../../services/task-status.ts";
import { type GridData, type PhaseTask, phaseTasksQuery } from "../durations/grid-queries.ts";
import { WORST } from "../durations/use-task-times.ts";
import { showings, STEP_MS, type Step, wallOfText } from "../durations/wall-times.ts";
import { nameOf } from "../../task/task-text.ts";
import { Beside } from "../frame.tsx";
import { Part } from "../panel/part.tsx";
import { RecordWhy } from "../panel/record-why.tsx";
import { namesOf } from "./task-rows.ts";

interface Props {
  readonly phase: number;
  readonly slot: string;
  readonly step: Step;
  readonly data: GridData | undefined;
}

const LINK =
  "inline-flex h-(--control) items-center rounded-control border border-line-2 px-2.5 text-small font-medium hover:bg-surface-3";
const SHOWN = 20;

/** What a phase did for one task time, in the side panel. */
export function CellPanel({ phase, slot, step, data }: Props): ReactElement {
  const from = wallOfText(slot);
  const length = slot.includes("T") ? STEP_MS[step] : STEP_MS.day;
  const until = new Date(from + length).toISOString().slice(0, 13);
  const { data: found, error, refetch } = useQuery(phaseTasksQuery(phase, slot, until));
  const about = data?.phases.find((one) => one.phase_id === phase);
  const tasks = useMemo(
    () => (found?.tasks ?? []).toSorted((a, b) => WORST.indexOf(statusOf(a)) - WORST.indexOf(statusOf(b))),
    [found],
  );
  const worst = tasks[0];
  const zone = about?.zone ?? "UTC";
  const times = slot.includes("T") ? showings(from, zone) : 1;
  return (
    <Beside>
      <Part title={about === undefined ? "Task time" : nameOf(about)} about={<code className="font-mono">{slot}</code>}>
        {error !== null ? (
          <Problem what="The tasks" error={error} onRetry={() => void refetch()} />
        ) : found === undefined ? (
          <div className="min-h-80">
            <SkeletonRows rows={4} label="The tasks are loaded" />
          </div>
        ) : (
          <>
            {times === 2 && <p className="mb-1.5 text-small text-ink-2">The clocks of {zone} show this hour twice.</p>}
            <p className="mb-2 flex flex-wrap gap-x-3">
              {worst === undefined ? (
                <span className="text-ink-2">
                  {times === 0
                    ? `The clocks of ${zone} do not show this hour, so no task is made for it.`
                    : "There is no task for it."}
                </span>
              ) : (
                countsOf(tasks).map(([status, number]) => (
                  <StatusWord key={status} status={status}>
                    {tasks.length === 1 ? status : `${count(number)} ${status}`}
                  </StatusWord>
                ))
              )}
            </p>
            {worst !== undefined && about !== undefined && <Actions tasks={tasks} about={about} slot={slot} />}
            {worst === undefined && about !== undefined && times > 0 && (
              <Link to="/why-not" search={{ of: nameOf(about), at: slot }} className={LINK}>
                Why not?
              </Link>
            )}
          </>
        )}
      </Part>
      {tasks.length > 0 && <Tasks tasks={tasks} isCut={found?.cut === true} />}
      {worst !== undefined && (
        <RecordWhy record={worst.record_id} note={tasks.length > 1 ? "of the first" : undefined} />
      )}
    </Beside>
  );
}

function countsOf(tasks: readonly PhaseTask[]): readonly (readonly [Status, number])[] {
  const groups = Map.groupBy(tasks, (task) => statusOf(task));
  return [...groups].map(([status, own]) => [status, own.length] as const);
}

function Actions({
  tasks,
  about,
  slot,
}: {
  readonly tasks: readonly PhaseTask[];
  readonly about: GridData["phases"][number];
  readonly slot: string;
}): ReactElement {
  const wanted = tasks.filter((task) => ["error", "alert", "retrying"].includes(statusOf(task)));
  const [first] = tasks;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {wanted.length > 0 && (
        <ActButton
          of={about}
          onClick={() => ask({ kind: "retry", selection: { ids: wanted.map((task) => task.record_id) } })}
        >
          <Icon name="retry" size={14} />
          {wanted.length === 1 ? "Retry…" : `Retry ${count(wanted.length)}…`}
        </ActButton>
      )}
      {tasks.length === 1 && first !== undefined ? (
        <Link to="/tasks/$id" params={{ id: String(first.record_id) }} className={LINK}>
          Open task
        </Link>
      ) : (
        <Link
          to="/tasks"
          search={{
            q: `${ofKind(about.type, about.job)} ${condition("workflow", about.workflow)} task_time:${slot}`,
          }}
          className={LINK}
        >
          Open {count(tasks.length)} tasks
        </Link>
      )}
      {first !== undefined && (
        <Link
          to="/workflows/gantt"
          search={(before) => ({ ...before, phase: undefined, run: first.record_id, row: first.record_id })}
          className={LINK}
        >
          Its run
        </Link>
      )}
    </div>
  );
}

function Tasks({ tasks, isCut }: { readonly tasks: readonly PhaseTask[]; readonly isCut: boolean }): ReactElement {
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const names = useMemo(() => namesOf(tasks.toSorted((a, b) => a.record_id - b.record_id)), [tasks]);
  const more = tasks.length - SHOWN;
  return (
    <Part title="Tasks" about="attempt, next try or end">
      <ul className="text-small">
        {tasks.slice(0, SHOWN).map((task) => {
          const { record_id: record, attempt, retries, due_at: due, ended, info } = task;
          const status = statusOf(task);
          const next = status === "retrying" || status === "waiting" ? due : ended;
          return (
            <li
              key={record}
              className="grid min-h-7 grid-cols-[14px_minmax(0,1fr)_auto_minmax(60px,auto)] items-center gap-x-2 border-b border-line last:border-b-0 max-[720px]:min-h-11"
            >
              <Mark status={status} label={status} />
              <Link
                to="/tasks/$id"
                params={{ id: String(record) }}
                className="truncate hover:underline"
                title={info === "" ? undefined : info}
              >
                {tasks.length === 1 ? info || `record ${record}` : names.get(record)}
              </Link>
              <span className="text-right text-ink-2" title="attempt">
                {attempt + 1}
                {retries === null || retries === 0 ? "" : ` of ${retries + 1}`}
              </span>
              <time
                className="text-right whitespace-nowrap text-ink-2"
                dateTime={next ?? undefined}
                title={next ?? undefined}
              >
                {next === null ? NOTHING : clock.moment(Date.parse(next), now)}
              </time>
            </li>
          );
        })}
      </ul>
      {(more > 0 || isCut) && (
        <p className="pt-1 text-small text-ink-3">
          {isCut ? "There are more; the list of tasks has them all." : `${count(more)} more are in the list of tasks.`}
        </p>
      )}
    </Part>
  );
}
