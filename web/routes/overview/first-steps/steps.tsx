import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { Button } from "../../../components/button.tsx";
import { Mark, type Status, StatusWord } from "../../../components/mark.tsx";
import type { Clock } from "../../../services/format.ts";
import { meQuery, statusQuery } from "../../../services/queries.ts";
import { statusOf } from "../../../services/task-status.ts";
import { CodeFigure } from "./code-figure.tsx";
import { type FirstTask, firstWorkflowsQuery } from "./first-steps-queries.ts";
import { Code } from "./sees.tsx";

const WORKFLOW = `[[phase]]
task = "greet:world"
cron = "* * * * *"  # every minute
template = "?day={yyyy}-{mm}-{dd}"

[[phase]]
task = "greet:again"
dependsOn = "greet:world"  # then
retry = 2
template = "?hour={yyyy}-{mm}-{dd}T{hh}"`;

const WORKER = `[[worker]]
type = "greet"
exec = ["echo", "hello", "{job}"]`;

interface Props {
  readonly tasks: readonly FirstTask[];
  readonly clock: Clock;
  readonly now: number;
  readonly onLeave: () => void;
}

/** Running, the first workflow, the first task, the first result: each says what it waits for, and fills itself. */
export function Steps({ tasks, clock, now, onLeave }: Props): ReactElement {
  const { data: workflows = [] } = useQuery(firstWorkflowsQuery);
  const withPhases = workflows.filter(({ phases }) => phases > 0);
  const first = tasks.at(-1);
  const result = tasks.findLast(({ state }) => state === "finished");
  const hasWorkflow = withPhases.length > 0 || first !== undefined;
  const done = 1 + Number(hasWorkflow) + Number(first !== undefined) + Number(result !== undefined);
  return (
    <section className="min-w-0 px-(--gutter) py-3">
      <div className="mb-2 flex items-baseline gap-2">
        <h2 className="font-semibold">First steps</h2>
        <span role="status" className="text-small text-ink-3">
          {done} of 4 done
        </span>
      </div>
      <ol className="max-w-215">
        <Running />
        <Step
          status={hasWorkflow ? "complete" : "waiting"}
          title={hasWorkflow ? "The first workflow" : "Waiting for the first workflow"}
          beside={hasWorkflow ? withPhases.map(({ path }) => path).join(", ") : "read at once when a file changes"}
        >
          {!hasWorkflow && <FirstWorkflow clock={clock} now={now} />}
        </Step>
        <Step
          status={first !== undefined ? "complete" : hasWorkflow ? "waiting" : "none"}
          title={first === undefined && hasWorkflow ? "Waiting for the first task" : "First task"}
          beside={
            first === undefined ? "not yet" : first.created === null ? "" : clock.moment(Date.parse(first.created), now)
          }
        >
          {first !== undefined && <TaskLine task={first} />}
          {result === undefined && <Worker type={first?.type ?? "greet"} />}
        </Step>
        <Step
          status={result === undefined ? (first === undefined ? "none" : "waiting") : statusOf(result)}
          title="First result"
          beside={result === undefined ? "not yet" : ""}
          isLast
        >
          {result === undefined ? (
            <p className="text-ink-2">It is shown here with what it says. Then the steps make way for the overview.</p>
          ) : (
            <>
              <TaskLine task={result} />
              <Button kind="go" className="mt-2" onClick={onLeave}>
                Go to the overview
              </Button>
            </>
          )}
        </Step>
      </ol>
    </section>
  );
}

function Running(): ReactElement {
  const { data: status } = useQuery(statusQuery);
  const { data: me } = useQuery(meQuery);
  return (
    <Step status="complete" title="Flowlord runs" beside={status === undefined ? "" : `version ${status.version}`}>
      <p className="text-ink-2">
        Bus {status?.link.name}, {status?.link.state}. The database is empty.{" "}
        {me?.via === "loopback"
          ? "No login is needed on this machine."
          : `You are ${me?.name ?? ""}, ${me?.role ?? ""}.`}{" "}
        <Link to="/system" className="text-accent underline underline-offset-2">
          System
        </Link>
      </p>
    </Step>
  );
}

function FirstWorkflow({ clock, now }: { readonly clock: Clock; readonly now: number }): ReactElement {
  const next = Math.floor(now / 60_000 + 1) * 60_000;
  return (
    <div className="grid grid-cols-[minmax(0,480px)_minmax(200px,1fr)] items-start gap-x-6 max-[1280px]:grid-cols-1">
      <CodeFigure file="hello.toml" what="the workflow" text={WORKFLOW} />
      <ul className="grid gap-2 pt-3 text-small leading-[18px]">
        <li>
          <b className="font-semibold">Every minute</b> a task <Code>greet:world</Code> is created for that minute.
        </li>
        <li>
          <b className="font-semibold">When it completes</b>, <Code>greet:again</Code> follows for the same task time.
        </li>
        <li>
          <b className="font-semibold">If that fails</b>, it is tried 2 times more, then an alert is raised.
        </li>
        <li className="text-ink-3">
          First task: at the full minute after you save, <b className="font-medium">{clock.time(next)}</b>.
        </li>
      </ul>
    </div>
  );
}

function Worker({ type }: { readonly type: string }): ReactElement {
  return (
    <>
      <p className="text-ink-2">
        It is sent to the topic <Code>{type}</Code> and waits there for a worker of that type. The smallest one stands
        in the configuration; Flowlord reads that at its start:
      </p>
      <CodeFigure file="flowlord.toml" what="the worker" text={WORKER.replace('"greet"', JSON.stringify(type))} />
    </>
  );
}

function TaskLine({ task }: { readonly task: FirstTask }): ReactElement {
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-ink-2">
      <StatusWord status={statusOf(task)} />
      <Link
        to="/tasks/$id"
        params={{ id: String(task.record_id) }}
        className="font-medium text-ink underline decoration-line-control underline-offset-2"
      >
        {task.job === "" ? task.type : `${task.type}:${task.job}`}
      </Link>
      {task.msg !== "" && <Code>{task.msg}</Code>}
    </p>
  );
}

interface StepProps {
  readonly status: Status;
  readonly title: string;
  readonly beside: string;
  readonly isLast?: boolean;
  readonly children: ReactNode;
}

function Step({ status, title, beside, isLast = false, children }: StepProps): ReactElement {
  const isDone = status === "complete";
  return (
    <li data-status={status} className="relative grid grid-cols-[18px_minmax(0,1fr)] gap-3 pb-5">
      {!isLast && (
        <span
          aria-hidden="true"
          className={`absolute top-5 -bottom-0.5 left-[8.5px] border-l-[1.5px] ${isDone ? "border-solid border-(--mark)" : "border-dotted border-line-control"}`}
        />
      )}
      <span className="pt-px">
        <Mark status={status} size={18} label={isDone ? "done" : status === "none" ? "not yet" : status} />
      </span>
      <div className="min-w-0">
        <h3 className={status === "none" ? "font-medium text-ink-2" : "font-semibold"}>
          {title} <span className="ml-1 text-small font-normal text-ink-3">{beside}</span>
        </h3>
        {children}
      </div>
    </li>
  );
}
