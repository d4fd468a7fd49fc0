import type { ReactElement } from "react";
import { Mark, type Status, StatusWord } from "../../../components/mark.tsx";
import { count } from "../../../services/format.ts";
import { statusOf } from "../../../services/task-status.ts";
import type { ShownFile } from "../files-queries.ts";

/** The worst first. */
const BY_WEIGHT: readonly Status[] = [
  "alert",
  "error",
  "overdue",
  "warn",
  "retrying",
  "running",
  "sent",
  "queued",
  "waiting",
  "cancelled",
  "complete",
];

/** The phases that a file matched, or that it came near one. */
export function Matched({ file }: { readonly file: Pick<ShownFile, "phases" | "matched" | "nearest"> }): ReactElement {
  const [first] = file.phases;
  if (file.matched > 0)
    return (
      <StatusWord status="complete">
        <span className="min-w-0 truncate">{first === undefined || first.task === "" ? "matched" : first.task}</span>
        {file.matched > 1 && <span className="text-ink-3">+{count(file.matched - 1)}</span>}
      </StatusWord>
    );
  return file.nearest === null ? (
    <StatusWord status="none">none</StatusWord>
  ) : (
    <StatusWord status="warn">none, near miss</StatusWord>
  );
}

/** What became of its tasks: the mark of the worst, and how many. */
export function Made({ file }: { readonly file: Pick<ShownFile, "made" | "tasks"> }): ReactElement {
  if (file.tasks === 0) return <span className="text-ink-3">0</span>;
  const states = file.made.map((task) => statusOf(task));
  const worst = BY_WEIGHT.find((status) => states.includes(status)) ?? "none";
  return (
    <span className="inline-flex items-center gap-1.5" title={worst}>
      <Mark status={worst} label={worst} />
      {count(file.tasks)}
    </span>
  );
}
