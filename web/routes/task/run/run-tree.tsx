import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Fragment, lazy, type ReactElement, Suspense, useMemo, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { sentenceCase, withThings } from "../../../components/decision-text.tsx";
import { Indent } from "../../../components/graph/indent.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { type Clock, count, duration } from "../../../services/format.ts";
import { useIsPhone } from "../../../services/media.ts";
import { statusOf } from "../../../services/task-status.ts";
import { Section } from "../section.tsx";
import { type Graph, graphQuery, type Why, whyQuery } from "../task-queries.ts";
import { instant, pageOf, taskTimeOf } from "../../../components/runs/run-text.ts";
import { nameOf } from "../task-text.ts";
import { drawnRun, type RunFile } from "./drawn-run.ts";
import { notStarted, treeOf, type TreeRow } from "./tree.ts";

/** Of a larger run the beginning is shown, with what leads to the task. */
const FOLDED = 500;
/** Of so many tasks the file is named that made them. */
const MOST_FILES = 12;
/** Of the graph, in px: known before it is laid out, so that nothing below it moves. */
const HEIGHT = { least: 132, most: 480, row: 64 };

const RunGraph = lazy(async () => ({ default: (await import("./run-graph.tsx")).RunGraph }));

interface Props {
  readonly record: number;
  readonly firstAttempt: number | undefined;
  /** Of its attempts. */
  readonly whys: readonly Why[];
  readonly clock: Clock;
  readonly now: number;
}

/** What the task came from and what came of it, through files too: a graph, or an indented list with a row a task. */
export function RunTree({ record, firstAttempt, whys, clock, now }: Props): ReactElement {
  const { data, error, refetch } = useQuery({ ...graphQuery(record), placeholderData: keepPreviousData });
  const rows = useMemo(() => (data === undefined ? [] : treeOf(data.tasks)), [data]);
  const { outline = false } = useSearch({ from: "/shell/tasks/$id" });
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const absent = useMemo(() => notStarted(whys, rows), [whys, rows]);
  const isGraph = !isPhone && rows.length + absent.length > 1;
  const turn = (): void =>
    void navigate({
      to: ".",
      search: (before) => ({ ...before, outline: outline ? undefined : true }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Section
      title="Run"
      id="run"
      note={data === undefined ? undefined : noteOf(data, rows)}
      beside={
        isGraph && (
          <Button kind="bare" aria-pressed={outline} onClick={turn}>
            {outline ? "Show as graph" : "Show as list"}
          </Button>
        )
      }
      isFlush
    >
      {data !== undefined ? (
        <Rows
          rows={rows}
          current={firstAttempt}
          absent={absent}
          isGraph={isGraph && !outline}
          clock={clock}
          now={now}
        />
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

/** Of as many rows as most stand below each other. */
function heightOf(rows: readonly TreeRow[]): number {
  const atDepth = Map.groupBy(rows, ({ depth }) => depth);
  const most = Math.max(1, ...Array.from(atDepth.values(), ({ length }) => length));
  return Math.min(HEIGHT.most, Math.max(HEIGHT.least, most * HEIGHT.row + 40));
}

interface RowsProps {
  readonly rows: readonly TreeRow[];
  readonly current: number | undefined;
  /** What the current one did not start, a sentence each. */
  readonly absent: readonly string[];
  readonly isGraph: boolean;
  readonly clock: Clock;
  readonly now: number;
}

function Rows({ rows, current, absent, isGraph, clock, now }: RowsProps): ReactElement {
  const [isFolded, setFolded] = useState(true);
  const at = rows.findIndex(({ task }) => task.first_attempt_id === current);
  // Before the fold its ancestors; it and what follows it begin there.
  const from = Math.max(0, Math.min(at - FOLDED / 2, rows.length - FOLDED));
  const shown = isFolded || isGraph ? rows.slice(from, from + FOLDED) : rows;
  const ofFiles = shown.filter(({ isOfFile }) => isOfFile).slice(0, MOST_FILES);
  const files = useQueries({
    queries: ofFiles.map(({ task }) => whyQuery(task.record_id)),
    combine: (found) =>
      new Map(
        ofFiles.flatMap(({ task }, index): readonly (readonly [number, RunFile])[] => {
          const file = found[index]?.data?.file ?? null;
          return file === null ? [] : [[task.first_attempt_id, file]];
        }),
      ),
  });
  if (isGraph) {
    const height = heightOf(shown);
    return (
      <>
        <Suspense fallback={<div style={{ height }} />}>
          <RunGraph
            drawn={drawnRun(shown, { current, files, absent })}
            label={`The run: ${count(shown.length)} tasks`}
            height={height}
          />
        </Suspense>
        {shown.length < rows.length && (
          <p className="px-(--gutter) py-2 text-small text-ink-2">
            {count(rows.length - shown.length)} more are folded: the list has them.
          </p>
        )}
      </>
    );
  }
  return (
    <>
      <ol className="border-t border-line">
        {shown.map((row) => (
          <Fragment key={row.task.record_id}>
            <Row
              row={row}
              file={files.get(row.task.first_attempt_id)?.path ?? ""}
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
