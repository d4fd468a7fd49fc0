import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { CopyButton } from "../../components/copy-button.tsx";
import { sentenceCase } from "../../components/decision-text.tsx";
import { Mark } from "../../components/mark.tsx";
import { Reference } from "../../components/people/reference.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { ago, type Clock } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { Actions } from "./actions.tsx";
import type { About, Attempt, Why } from "./task-queries.ts";
import { instant, taskTimeOf } from "../../components/runs/run-text.ts";
import { attemptOf, nameOf } from "./task-text.ts";

interface Props {
  readonly task: Attempt;
  readonly retries: number | null;
  readonly about: About | undefined;
  readonly why: Why | undefined;
  readonly clock: Clock;
  readonly now: number;
}

/** What it is, how it is, and what can be done about it. */
export function Header({ task, retries, about, why, clock, now }: Props): ReactElement {
  const status = statusOf(task);
  const time = taskTimeOf(task);
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-2 border-b border-line px-(--gutter) py-3">
      <div className="min-w-0 flex-1 basis-96">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-title">
          <span data-status={status} className="inline-flex items-center gap-1.5 font-semibold text-(--word)">
            <Mark status={status} size={18} />
            {status}
          </span>
          <h2 className="min-w-0 font-semibold break-words">{nameOf(task)}</h2>
          {time !== null && (
            <span className="font-mono text-small" title={`Task time, ${task.task_zone ?? "UTC"}`}>
              {time}
            </span>
          )}
          <Tag>
            {attemptOf({ attempt: task.attempt, retries })}
            {dueOf(task, why, clock, now)}
          </Tag>
        </div>
        <div className="mt-0.5 flex min-h-7 flex-wrap items-center gap-x-3 text-small text-ink-2">
          <span className="inline-flex min-w-0 items-center">
            <code className="truncate font-mono" title="Id of the run">
              {task.id}
            </code>
            <CopyButton text={task.id} what="the id" />
          </span>
          <span>record {task.record_id}</span>
          {task.workflow !== "" && <Source workflow={task.workflow} why={why} />}
          {why !== undefined && why.file !== null && <OfFile file={why.file} />}
          {task.created !== null && (
            <span>
              created <RelativeTime at={task.created} />
            </span>
          )}
        </div>
        <Standing why={why} />
        <People about={about} why={why} />
      </div>
      <Actions task={task} />
    </header>
  );
}

function Tag({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <span className="rounded-control border border-line-2 px-1.5 text-small whitespace-nowrap text-ink-2">
      {children}
    </span>
  );
}

/** " due 14:49:20": of what waits for its time. */
function dueOf(task: Attempt, why: Why | undefined, clock: Clock, now: number): string {
  const due = instant(why?.task.due_at);
  return task.state !== "waiting" || due === null || due < now
    ? ""
    : `, due ${clock.moment(due, now)} (${ago(due, now)})`;
}

function Source({ workflow, why }: { readonly workflow: string; readonly why: Why | undefined }): ReactElement {
  const version = why?.version ?? null;
  const phase = why?.phase ?? null;
  return (
    <span>
      <Link
        to="/tasks"
        search={{ q: `workflow:"${workflow}"` }}
        className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
      >
        {workflow}
      </Link>
      {version !== null && ` version ${version.id}${version.in_force ? "" : ", replaced since"}`}
      {phase !== null && `, line ${phase.line}`}
    </span>
  );
}

/** The file that it was made of: its page says which task wrote it. */
function OfFile({ file: { id, path } }: { readonly file: NonNullable<Why["file"]> }): ReactElement {
  return (
    <span className="inline-flex max-w-full min-w-0 gap-1">
      of
      <Link
        to="/files/$id"
        params={{ id: String(id) }}
        title={path}
        className="truncate-head min-w-0 font-mono text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
      >
        <bdi dir="ltr">{path}</bdi>
      </Link>
    </span>
  );
}

/** The attempts and the progress have parts of their own. */
const SHOWN_BELOW: ReadonlySet<string> = new Set(["retried", "running"]);

/** Its state in sentences. */
function Standing({ why }: { readonly why: Why | undefined }): ReactElement | null {
  const sentences = why?.standing.filter(({ code }) => !SHOWN_BELOW.has(code)) ?? [];
  if (sentences.length === 0) return null;
  return (
    <p>
      {sentences.map(({ code, sentence }) => (
        <span key={code + sentence}>{sentenceCase(sentence)}. </span>
      ))}
    </p>
  );
}

/** Who cares for it, and where to read on. */
function People({ about, why }: Pick<Props, "about" | "why">): ReactElement | null {
  const phase = why?.phase ?? null;
  const owner = phase?.owner ?? "";
  const runbook = phase?.runbook ?? "";
  const description = phase?.description ?? "";
  const links = about?.links ?? [];
  const alerts = why?.alerts.filter(({ state }) => state !== "resolved") ?? [];
  if (owner + runbook + description === "" && links.length === 0 && alerts.length === 0) return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-0.5 text-small text-ink-2">
      {description !== "" && <span>{description}</span>}
      {owner !== "" && <span>Owner: {owner}</span>}
      {runbook !== "" && <Reference name="Runbook" url={runbook} />}
      {links.map(({ name, url }) => (
        <Reference key={name} name={name} url={url} />
      ))}
      {alerts.map(({ id, severity }) => (
        <Link
          key={id}
          to="/alerts/$id"
          params={{ id: String(id) }}
          className="inline-flex items-center gap-1 text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
        >
          <Mark status={severity === "critical" ? "error" : "alert"} size={12} />
          Alert {id}
        </Link>
      ))}
    </div>
  );
}
