import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { Pill } from "../../components/pill.tsx";
import { Problem } from "../../components/problem.tsx";
import { ApiError } from "../../services/api.ts";
import { count } from "../../services/format.ts";
import { queryClient } from "../../services/queries.ts";
import { useIsAway } from "../../services/reach.ts";
import { closeToast, showProgress, showToast, type Toast } from "../../services/toasts.ts";
import { tasksText } from "../act-on-tasks.ts";
import type { FileSelection } from "../ask.ts";
import { Answers, Check, ReasonField } from "../fields.tsx";
import { filesText, type Redrive, redrive, type Tally } from "./redrive.ts";

interface Props {
  readonly files: FileSelection;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Asks before files are matched again: says what would be made of how many, by the workflows in force. */
export function RedriveDialog({ files, onDone, onClose }: Props): ReactElement {
  const [force, setForce] = useState(false);
  const [reason, setReason] = useState("");
  const isAway = useIsAway();
  const { tally, isCounted, error, again } = useTried(files, force);
  const what = isCounted ? filesText(tally?.files ?? 0) : "files";
  const start = (): void => {
    onClose();
    void follow({ files, force, reason, upTo: tally?.upTo ?? null }, tally?.files ?? 0).then(onDone);
  };
  return (
    <Dialog
      title={`Match ${what} again?`}
      description="Each is compared with the patterns of the phases in force, as if it came now. A phase makes its task, unless it has made one of this event before."
      onClose={onClose}
    >
      {"terms" in files && (
        <p className="flex flex-wrap items-center gap-1.5 text-small">
          <span className="text-ink-3">all of</span>
          {files.terms.length === 0 ? "every file" : files.terms.map((term) => <Pill key={term}>{term}</Pill>)}
        </p>
      )}
      {error === null ? (
        <Forecast tally={tally} isCounted={isCounted} />
      ) : (
        <Problem what="What would be made" error={error} onRetry={again} />
      )}
      <Check isOn={force} onChange={setForce}>
        Also of phases that made a task of it before: they make another one
      </Check>
      <ReasonField value={reason} onChange={setReason} />
      <p className="text-small text-ink-3">
        {(tally?.files ?? 0) > 200 ? "They are matched in groups of 200, as long as this page is open. " : ""}
        Files that come meanwhile are not part of it. What is not sent yet can be cancelled at any time.
      </p>
      <Answers>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="go" disabled={!isCounted || error !== null || tally?.files === 0 || isAway} onClick={start}>
          <Icon name="retry" size={14} />
          Match {what} again
        </Button>
      </Answers>
    </Dialog>
  );
}

/** What it would be. Its lines have their places before they are known. */
function Forecast({ tally, isCounted }: { readonly tally: Tally | null; readonly isCounted: boolean }): ReactElement {
  if (tally === null || !isCounted)
    return (
      <p role="status" className="min-h-10 text-ink-2">
        {tally === null ? "It is tried without changing anything." : `${filesText(tally.files)} tried so far.`}
      </p>
    );
  const phases = [...tally.byPhase].toSorted(([, a], [, b]) => b - a);
  return (
    <div role="status" className="min-h-10">
      <p>
        <b className="font-semibold">
          {tally.tasks === 0 ? "No task would be made" : `${tasksText(tally.tasks)} would be made`}
        </b>
        {phases.length > 0 && (
          <>
            :{" "}
            {phases.map(([phase, tasks], at) => (
              <span key={phase}>
                {at > 0 && ", "}
                {count(tasks)} of <code className="font-mono text-small">{phase}</code>
              </span>
            ))}
          </>
        )}
        .
      </p>
      <p className="text-small text-ink-2">{restText(tally)}</p>
      {tally.error !== null && <p className="text-small break-words text-error-text">{tally.error}</p>}
    </div>
  );
}

function restText({ unmatched, taken, waiting, errors }: Tally): string {
  return [
    unmatched === 0 ? "" : `${filesText(unmatched)} ${unmatched === 1 ? "matches" : "match"} no phase`,
    taken === 0 ? "" : `${count(taken)} ${taken === 1 ? "task was" : "tasks were"} made before`,
    waiting === 0 ? "" : `${count(waiting)} ${waiting === 1 ? "waits" : "wait"} for more files`,
    errors === 0 ? "" : `${filesText(errors)} cannot be matched`,
  ]
    .filter((part) => part !== "")
    .map((part) => `${part}.`)
    .join(" ");
}

interface Tried {
  readonly tally: Tally | null;
  readonly isCounted: boolean;
  readonly error: Error | null;
  readonly again: () => void;
}

/** What it would do, without doing it. */
function useTried(files: FileSelection, force: boolean): Tried {
  const [soFar, setSoFar] = useState<Tally | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["tried", "redrive", files, force],
    queryFn: ({ signal }) => {
      setSoFar(null);
      return redrive({ files, force, isTried: true, reason: "", upTo: null }, (tally) => {
        setSoFar(tally);
        return !signal.aborted;
      });
    },
    gcTime: 0,
    staleTime: Infinity,
  });
  return { tally: data ?? soFar, isCounted: data !== undefined, error, again: () => void refetch() };
}

/** Does it, and says how far it is and what came of it. */
async function follow(request: Omit<Redrive, "isTried">, total: number): Promise<void> {
  const text = `Matching ${filesText(total)} again.`;
  let toast: Toast | null = showProgress({ text, detail: null, progress: 0 }, null);
  let done = 0;
  try {
    const tally = await redrive({ ...request, isTried: false }, (so) => {
      done = so.files;
      const detail = `${filesText(so.files)} matched, ${tasksText(so.tasks)} made.`;
      if (toast !== null) toast = showProgress({ text, detail, progress: total === 0 ? 1 : so.files / total }, toast);
      return true;
    });
    if (toast !== null) closeToast();
    showToast(
      `Matched ${filesText(tally.files)} again: ${tasksText(tally.tasks)} made.`,
      null,
      tally.error ?? (restText(tally) || null),
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast(`${done === 0 ? "Nothing was" : `Only ${filesText(done)} were`} matched again.`, null, error.message);
  }
  void queryClient.invalidateQueries();
}
