import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { ask } from "../../../acting/ask.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { StatusWord } from "../../../components/mark.tsx";
import { type Clock, duration } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { isOpen } from "../../../components/runs/run-text.ts";
import { attemptOf, nameOf } from "../../task/task-text.ts";
import { Beside } from "../frame.tsx";
import { Part } from "../panel/part.tsx";
import { RecordWhy } from "../panel/record-why.tsx";
import type { Attempt, RunTask } from "./run-model.ts";
import { toUsualText } from "./run-sentence.ts";

const LINK =
  "inline-flex h-(--control) items-center rounded-control border border-line-2 px-2.5 text-small font-medium hover:bg-surface-3";

interface Props {
  readonly task: RunTask;
  readonly clock: Clock;
  readonly now: number;
}

/** A task of the run in the side panel: its attempts, what they said, and why. */
export function RowPanel({ task, clock, now }: Props): ReactElement {
  const navigate = useNavigate();
  const { newest, status, attempts, usual } = task;
  const close = (): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, row: undefined }), resetScroll: false });
  useKeys({ Escape: close });
  // Where the panel stands below the rows, its head is brought into sight.
  useEffect(() => {
    document.querySelector("[data-panel-of-row]")?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <Beside>
      <section
        aria-label="Task"
        data-panel-of-row=""
        className="border-b border-line px-4 py-3 max-[720px]:px-(--gutter)"
      >
        <div className="flex items-start gap-2">
          <h3 className="min-w-0 flex-1 text-title font-semibold break-words">{nameOf(newest)}</h3>
          <Button kind="icon" aria-label="Close" title="Close (Escape)" onClick={close}>
            <Icon name="close" size={14} />
          </Button>
        </div>
        <p className="mb-2 flex flex-wrap items-center gap-x-2 text-small">
          {newest.task_time !== null && <code className="font-mono">{newest.task_time}</code>}
          <StatusWord status={status}>
            {status}
            {attempts.length > 1 ? `, ${attempts.length} attempts` : ""}
          </StatusWord>
        </p>
        <div className="flex flex-wrap items-center gap-2">
          {(!isOpen(newest) || newest.state === "waiting") && (
            <ActButton of={newest} onClick={() => ask({ kind: "retry", selection: { ids: [newest.record_id] } })}>
              <Icon name="retry" size={14} />
              Retry…
            </ActButton>
          )}
          <Link to="/tasks/$id" params={{ id: String(newest.record_id) }} className={LINK}>
            Open task
          </Link>
          {newest.phase_id !== 0 && (
            <Link
              to="."
              search={(before) => ({ ...before, phase: newest.phase_id })}
              resetScroll={false}
              activeProps={{}}
              className={LINK}
            >
              Its phase
            </Link>
          )}
        </div>
      </section>
      {attempts.slice(-3).map((attempt) => (
        <AttemptPart key={attempt.record.record_id} attempt={attempt} clock={clock} now={now} />
      ))}
      <RecordWhy record={newest.record_id} />
      {usual !== null && (
        <Part title="To the usual" about="median of the last completed ones">
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-small">
            <dt className="text-ink-3">In queue</dt>
            <dd className="text-right">{duration(usual.queue)}</dd>
            <dt className="text-ink-3">Run</dt>
            <dd className="text-right">{duration(usual.run)}</dd>
            <dt className="text-ink-3">This one</dt>
            <dd className="text-right">
              {task.took === null ? "not started" : duration(task.took)}
              {toUsualText(task) === null ? "" : ` (${toUsualText(task)})`}
            </dd>
          </dl>
        </Part>
      )}
    </Beside>
  );
}

function AttemptPart({
  attempt,
  clock,
  now,
}: {
  readonly attempt: Attempt;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  const { record, status, created, started, ended } = attempt;
  const ran = started === null ? null : (ended ?? now) - started;
  const queue = (started ?? ended ?? now) - created;
  return (
    <Part
      title={attemptOf(record).replace(/^a/, "A")}
      about={ran === null ? "not started" : duration(ran)}
      action={
        <Link
          to="/tasks/$id"
          params={{ id: String(record.record_id) }}
          search={{ log: record.record_id }}
          hash="log"
          className="text-accent hover:underline"
        >
          Whole log
        </Link>
      }
    >
      <p className="text-small text-ink-2">
        {clock.moment(created, now)}, {duration(Math.max(0, queue))} in queue
        {ended === null ? "" : `, ended ${clock.moment(ended, now)}`}
        {status === "retrying" || status === "waiting" ? dueText(record.due_at, clock, now) : ""}
      </p>
      {record.msg !== "" && (
        <pre
          data-status={status}
          className="mt-1.5 rounded-control border border-line bg-surface-2 px-2 py-1.5 font-mono text-small break-words whitespace-pre-wrap text-(--word)"
        >
          {record.msg}
        </pre>
      )}
    </Part>
  );
}

function dueText(due: string | null, clock: Clock, now: number): string {
  return due === null ? "" : `, next try at ${clock.moment(Date.parse(due), now)}`;
}
