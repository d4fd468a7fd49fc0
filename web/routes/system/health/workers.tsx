import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { ApiError, change } from "../../../services/api.ts";
import { count } from "../../../services/format.ts";
import { showToast } from "../../../services/toasts.ts";
import { Section } from "../section.tsx";
import { Cell, type Column, Row, Table } from "../table.tsx";
import { type Worker, workersQuery } from "./health-queries.ts";

const WORKER: Column = { name: "Tasks of" };
const KIND: Column = { name: "Worker", width: 92 };
const HOST: Column = { name: "Hosts", isOnlyWide: true };
const FLIGHT: Column = { name: "In flight", width: 148 };
const DONE: Column = { name: "Done today", width: 92, isNumber: true };
const FAILED: Column = { name: "Failed", width: 66, isNumber: true };
const HEARD: Column = { name: "Last heard", width: 104, isNumber: true };
const COLUMNS = [WORKER, KIND, HOST, FLIGHT, DONE, FAILED, HEARD];

const KINDS: Readonly<Record<Worker["kind"], string>> = { exec: "exec, here", http: "http, here", bus: "on the bus" };
/** Rows before "Show all". */
const FEW = 12;

/** Those that work first, then by name. */
function busiestFirst(a: Worker, b: Worker): number {
  return b.running + b.sent - (a.running + a.sent) || (a.type + a.job < b.type + b.job ? -1 : 1);
}

/** Who does the tasks: by type and job, with hosts, load, results of today and when they were heard. */
export function Workers(): ReactElement {
  const { data, error, refetch } = useQuery(workersQuery);
  const [isAll, setAll] = useState(false);
  if (data === undefined)
    return (
      <Section title="Workers" isFlush>
        {error === null ? (
          <SkeletonRows rows={6} label="The workers are loaded" />
        ) : (
          <Problem what="The workers" error={error} onRetry={() => void refetch()} />
        )}
      </Section>
    );
  const { workers, drained, running } = data;
  const shown = workers.toSorted(busiestFirst).slice(0, isAll ? undefined : FEW);
  const flying = workers.reduce((sum, worker) => sum + worker.running, 0);
  return (
    <Section
      id="workers"
      title="Workers"
      isFlush
      about={`${count(workers.length)} types and jobs; ${count(flying)} tasks run, ${count(running)} of them here${drained ? "; drained: no task is taken here" : ""}`}
      actions={<DrainButton isDrained={drained} running={running} />}
    >
      {workers.length === 0 ? (
        <Empty>No worker was heard yet. One is a [[worker]] of the configuration, or a program on the bus.</Empty>
      ) : (
        <Table label="Workers" columns={COLUMNS}>
          {shown.map((worker) => (
            <WorkerRow key={`${worker.type}:${worker.job}`} worker={worker} />
          ))}
        </Table>
      )}
      {workers.length > FEW && (
        <p className="px-(--gutter) py-1">
          <Button kind="bare" className="-ml-2 text-accent!" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? "Show fewer" : `Show all ${count(workers.length)}`}
          </Button>
        </p>
      )}
    </Section>
  );
}

function WorkerRow({ worker }: { readonly worker: Worker }): ReactElement {
  const { type, job, kind, sent, done, failed, last_heard: heard, instances } = worker;
  const hosts = [...new Set(instances.map(({ host }) => host))].join(", ");
  const query = job === "" ? `type:${quoted(type)}` : `type:${quoted(type)} job:${quoted(job)}`;
  return (
    <Row>
      <Cell of={WORKER} isHead title={`${type}${job === "" ? "" : `:${job}`}`}>
        <Link to="/tasks" search={{ q: query }} className="hover:underline">
          {type}
          {job === "" ? "" : `:${job}`}
        </Link>
      </Cell>
      <Cell of={KIND} className="text-ink-2">
        {KINDS[kind]}
      </Cell>
      <Cell of={HOST} className="text-ink-2" title={hosts}>
        {hosts}
      </Cell>
      <Cell of={FLIGHT} title={sent > 0 ? `${count(sent)} were sent, and nobody has taken them` : undefined}>
        <InFlight worker={worker} />
      </Cell>
      <Cell of={DONE}>
        {count(done)}
        <span className="text-ink-3 min-[721px]:hidden"> done</span>
      </Cell>
      <Cell of={FAILED} className={failed === 0 ? "text-ink-3" : "text-error-text"}>
        {count(failed)}
        <span className="min-[721px]:hidden"> failed</span>
      </Cell>
      <Cell of={HEARD}>
        <RelativeTime at={heard} />
      </Cell>
    </Row>
  );
}

/** How many of how many, and what waits to be taken. */
function InFlight({ worker: { running, sent, concurrency } }: { readonly worker: Worker }): ReactElement {
  const share = concurrency === null ? 0 : Math.min(1, running / concurrency);
  return (
    <span className="flex items-center gap-2">
      {concurrency !== null && (
        <svg viewBox="0 0 48 6" width="48" height="6" aria-hidden="true" data-status="running" className="shrink-0">
          <rect width="48" height="6" rx="1" fill="var(--surface-4)" />
          <rect width={48 * share} height="6" rx="1" fill="var(--mark)" />
        </svg>
      )}
      <span className={running === 0 ? "text-ink-3" : ""}>
        {count(running)}
        {concurrency === null ? "" : ` of ${count(concurrency)}`}
      </span>
      {sent > 0 && (
        <span data-status="sent" className="inline-flex items-center gap-1 text-(--word)">
          <Mark status="sent" size={12} label="sent" />
          {count(sent)}
        </span>
      )}
    </span>
  );
}

function DrainButton({ isDrained, running }: { readonly isDrained: boolean; readonly running: number }): ReactElement {
  const queries = useQueryClient();
  const drain = async (end: boolean): Promise<void> => {
    try {
      await change("POST", "/api/workers/drain", { end });
      if (end) showToast("The workers here take tasks again.", () => void drain(false));
      else
        showToast(
          "The workers here take no more tasks.",
          () => void drain(true),
          running === 0 ? null : `${count(running)} tasks go on to their end.`,
        );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast("The workers were not told.", null, error.message);
    }
    void queries.invalidateQueries({ queryKey: ["health"] });
  };
  return (
    <ActButton may="operator" of="everything" onClick={() => void drain(isDrained)}>
      {isDrained ? "Take tasks again" : "Drain workers"}
    </ActButton>
  );
}

/** As the query language takes it. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}
