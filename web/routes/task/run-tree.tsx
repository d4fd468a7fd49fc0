import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactElement, useMemo, useState } from "react";
import { Button } from "../../components/button.tsx";
import { sentenceCase, withThings } from "../../components/decision-text.tsx";
import { Mark } from "../../components/mark.tsx";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { type Clock, count, duration } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { Section } from "./section.tsx";
import { type Graph, graphQuery, type Why, whyQuery } from "./task-queries.ts";
import { instant, pageOf, taskTimeOf } from "../../components/runs/run-text.ts";
import { nameOf } from "./task-text.ts";
import { notStarted, treeOf, type TreeRow } from "./tree.ts";

/** Of a larger run the beginning is shown, with what leads to the task. */
const FOLDED = 500;
/** Of so many tasks the file is named that made them. */
const MOST_FILES = 12;

interface Props {
  readonly record: number;
  readonly firstAttempt: number | undefined;
  /** Of its attempts. */
  readonly whys: readonly Why[];
  readonly clock: Clock;
  readonly now: number;
}

/** What the task came from and what came of it, through files too: an indented list, a row a task. */
export function RunTree({ record, firstAttempt, whys, clock, now }: Props): ReactElement {
  const { data, error, refetch } = useQuery({ ...graphQuery(record), placeholderData: keepPreviousData });
  const rows = useMemo(() => (data === undefined ? [] : treeOf(data.tasks)), [data]);
  return (
    <Section title="Run" id="run" note={data === undefined ? undefined : noteOf(data, rows)} isFlush>
      {data !== undefined ? (
        <Rows rows={rows} current={firstAttempt} absent={notStarted(whys, rows)} clock={clock} now={now} />
      ) : error === null ? (
        <SkeletonRows rows={3} label="The run is loaded" />
      ) : (
        <Problem what="The run" error={error} onRetry={() => void refetch()} />
      )}
    </Section>
  );
}

function noteOf({ truncated, caps }: Graph, rows: readonly TreeRow[]): string {
  const tasks = rows.length === 1 ? "Only this task" : `${count(rows.length)} tasks`;
  const cut =
    truncated.count || truncated.depth ? `; it has more than ${count(caps.count)} records, the nearest are shown` : "";
  return `${tasks}${cut}`;
}

interface RowsProps {
  readonly rows: readonly TreeRow[];
  readonly current: number | undefined;
  /** What the current one did not start, a sentence each. */
  readonly absent: readonly string[];
  readonly clock: Clock;
  readonly now: number;
}

function Rows({ rows, current, absent, clock, now }: RowsProps): ReactElement {
  const [isFolded, setFolded] = useState(true);
  const at = rows.findIndex(({ task }) => task.first_attempt_id === current);
  // Before the fold its ancestors; it and what follows it begin there.
  const from = Math.max(0, Math.min(at - FOLDED / 2, rows.length - FOLDED));
  const shown = isFolded ? rows.slice(from, from + FOLDED) : rows;
  const ofFiles = shown.filter(({ isOfFile }) => isOfFile).slice(0, MOST_FILES);
  const found = useQueries({ queries: ofFiles.map(({ task }) => whyQuery(task.record_id)) });
  const fileOf = (row: TreeRow): string => found[ofFiles.indexOf(row)]?.data?.file?.path ?? "";
  return (
    <>
      <ol className="border-t border-line">
        {shown.map((row) => (
          <Fragment key={row.task.record_id}>
            <Row
              row={row}
              file={fileOf(row)}
              isCurrent={row.task.first_attempt_id === current}
              clock={clock}
              now={now}
            />
            {row.task.first_attempt_id === current &&
              absent.map((sentence) => <Absent key={sentence} sentence={sentence} depth={row.depth + 1} />)}
          </Fragment>
        ))}
      </ol>
      {shown.length < rows.length && (
        <p className="flex items-center gap-2 px-(--gutter) py-2 text-small text-ink-2">
          {count(rows.length - shown.length)} more are folded.
          <Button onClick={() => setFolded(false)}>Show all {count(rows.length)}</Button>
        </p>
      )}
    </>
  );
}

/** Further in, depth is told by its number instead of more room. */
const MOST_INDENT = 12;

interface RowProps {
  readonly row: TreeRow;
  /** The path of the file that made it; empty: none, or not known. */
  readonly file: string;
  readonly isCurrent: boolean;
  readonly clock: Clock;
  readonly now: number;
}

function Row({ row: { task, depth, attempts, cause }, file, isCurrent, clock, now }: RowProps): ReactElement {
  const status = statusOf(task);
  const started = instant(task.started);
  const ended = instant(task.ended);
  const ran = started === null || ended === null || ended < started ? null : duration(ended - started);
  const time = taskTimeOf(task);
  const at = started ?? instant(task.created);
  return (
    <li
      aria-level={depth + 1}
      aria-current={isCurrent ? "true" : undefined}
      className="flex min-h-(--row) flex-wrap items-center gap-x-2.5 border-b border-line px-(--gutter) py-0.5 text-small [contain-intrinsic-size:auto_29px] [content-visibility:auto] last:border-b-0 hover:bg-surface-3 aria-[current=true]:bg-accent-weak max-[720px]:min-h-(--row-touch)"
    >
      <Indent depth={depth} />
      <span className="inline-flex w-[92px] items-center gap-1.5 text-(--word)" data-status={status}>
        <Mark status={status} />
        {status}
      </span>
      <Link {...pageOf(task.record_id)} className={`hover:underline ${isCurrent ? "font-medium" : ""}`}>
        {nameOf(task)}
      </Link>
      {time !== null && <span className="font-mono text-ink-2">{time}</span>}
      <span className="min-w-0 text-ink-3">
        {cause}
        {file !== "" && (
          <>
            {" "}
            <code className="font-mono break-all">{file}</code>
          </>
        )}
      </span>
      <span className="ml-auto flex flex-wrap justify-end gap-x-3 text-ink-2">
        {attempts > 1 && <span>{attempts} attempts</span>}
        {at !== null && <span title={clock.zone}>{clock.moment(at, now)}</span>}
        {ran !== null && <span className="min-w-14 text-right">{ran}</span>}
      </span>
    </li>
  );
}

/** What would stand below a task, and is not there. */
function Absent({ sentence, depth }: { readonly sentence: string; readonly depth: number }): ReactElement {
  return (
    <li
      aria-level={depth + 1}
      className="flex min-h-(--row) items-center gap-x-2.5 border-b border-line px-(--gutter) py-0.5 text-small text-ink-2 last:border-b-0"
    >
      <Indent depth={depth} />
      <Mark status="none" />
      <span className="min-w-0 break-words">{withThings(sentenceCase(sentence))}.</span>
    </li>
  );
}

function Indent({ depth }: { readonly depth: number }): ReactElement | null {
  if (depth === 0) return null;
  const steps = Math.min(depth, MOST_INDENT);
  return (
    <svg width={steps * 16} height="20" aria-hidden="true" className="shrink-0">
      <path d={`M${steps * 16 - 10} 0v10h8`} fill="none" stroke="var(--line-control)" strokeWidth="1" />
      {depth > MOST_INDENT && (
        <text x="0" y="14" className="text-micro" fill="var(--ink-3)">
          {depth}
        </text>
      )}
    </svg>
  );
}
