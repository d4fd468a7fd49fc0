import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactElement, useState } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { ask } from "../../../acting/ask.ts";
import { Icon } from "../../../components/icon.tsx";
import { Mark, StatusWord } from "../../../components/mark.tsx";
import { ago, type Clock, count } from "../../../services/format.ts";
import { statusOf } from "../../../services/task-status.ts";
import { both, isOfUnresolved } from "../query/terms.ts";
import { TaskTime } from "../table/cells.tsx";
import { type FailureGroup, membersQuery } from "./failure-queries.ts";

interface Props {
  readonly group: FailureGroup;
  readonly query: string;
  readonly clock: Clock;
  readonly now: number;
}

/** One thing that goes wrong: how often, since when, of what, and its remedy. */
export function FailureRow({ group, query, clock, now }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const tz = clock.zone;
  const own = both(query, `fingerprint:${group.fingerprint}`);
  const id = `failure-${group.fingerprint}`;
  return (
    <li className="border-b border-line">
      <div className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-2.5 gap-y-0.5 px-(--gutter) py-2 hover:bg-surface-3">
        <span data-status="error" className="contents">
          <Mark status="error" size={16} />
        </span>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          className="flex min-h-6 min-w-0 items-center gap-2 text-left"
          onClick={() => setOpen(!isOpen)}
        >
          <span
            className={`truncate font-medium ${isOpen ? "whitespace-normal" : ""}`}
            title={group.example.msg || undefined}
          >
            <CommonText text={group.text} />
          </span>
          <span className={`shrink-0 text-ink-3 ${isOpen ? "rotate-180" : ""}`}>
            <Icon name="down" size={12} />
          </span>
        </button>
        <span className="row-span-2 flex flex-wrap gap-2 max-[720px]:order-last max-[720px]:col-span-2 max-[720px]:col-start-2 max-[720px]:row-span-1">
          <ActButton onClick={() => ask({ kind: "retry", selection: { query: own, tz } })}>
            <Icon name="retry" size={14} />
            Retry {count(group.count)}…
          </ActButton>
          {isOfUnresolved(query) && (
            <ActButton kind="stop" onClick={() => ask({ kind: "mark", selection: { query: own, tz } })}>
              Mark {count(group.count)} resolved…
            </ActButton>
          )}
        </span>
        <p className="col-start-2 flex flex-wrap gap-x-3 text-small text-ink-2">
          <b className="font-medium text-ink">{group.count === 1 ? "once" : `${count(group.count)} times`}</b>
          <Seen group={group} clock={clock} now={now} />
          <Types types={group.types} />
        </p>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen && <Members query={own} tz={tz} total={group.count} />}
      </div>
    </li>
  );
}

/** What was replaced stands back. */
function CommonText({ text }: { readonly text: string }): ReactElement {
  if (text === "") return <span className="text-ink-2">without a message</span>;
  return (
    <>
      {text.split("#").map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <span className="text-ink-3">…</span>}
          {part}
        </Fragment>
      ))}
    </>
  );
}

function Seen({ group, clock, now }: Omit<Props, "query">): ReactElement {
  const [first, last] = [Date.parse(group.first_seen), Date.parse(group.last_seen)];
  const at = (time: number): string => clock.moment(time, now);
  return group.count === 1 ? (
    <span title={at(last)}>{ago(last, now)}</span>
  ) : (
    <span title={`${at(first)} – ${at(last)}`}>
      first {ago(first, now)}, last {ago(last, now)}
    </span>
  );
}

function Types({ types }: Pick<FailureGroup, "types">): ReactElement {
  const [most, ...others] = types.map(({ type, job }) => (job === "" ? type : `${type}:${job}`));
  return (
    <span title={types.map(({ type, job, count: of }) => `${type}:${job} ${of}`).join("\n")}>
      {most}
      {others.length > 0 && ` and ${others.length} more`}
    </span>
  );
}

/** The newest of the group, each a way to its task. */
function Members({
  query,
  tz,
  total,
}: {
  readonly query: string;
  readonly tz: string;
  readonly total: number;
}): ReactElement {
  const { data: tasks = [] } = useQuery(membersQuery({ query, tz }));
  return (
    <div className="pr-(--gutter) pb-2 pl-11">
      <ul>
        {tasks.map((task) => (
          <li key={task.record_id} className="border-t border-line">
            <Link
              to="/tasks/$id"
              params={{ id: String(task.record_id) }}
              className="grid min-h-(--row) grid-cols-[92px_140px_124px_minmax(0,1fr)] items-center gap-2 text-small hover:bg-surface-3 max-[720px]:grid-cols-[auto_minmax(0,1fr)]"
            >
              <StatusWord status={statusOf(task)} />
              <span className="truncate">{task.job === "" ? task.type : `${task.type}:${task.job}`}</span>
              <TaskTime task={task} />
              <span className="truncate text-ink-2" title={task.msg}>
                {task.msg}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {total > tasks.length && tasks.length > 0 && (
        <Link
          to="/tasks"
          search={{ q: query }}
          className="inline-flex h-6 items-center text-small text-accent hover:underline"
        >
          Show all {count(total)}
        </Link>
      )}
    </div>
  );
}
