import { type ReactElement, useState } from "react";
import type { TaskActionAnswer } from "../../src/contract/api/tasks/task-control-api.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Problem } from "../components/problem.tsx";
import { Segments } from "../components/segments.tsx";
import { useIsAway } from "../services/reach.ts";
import { Differs, QueryLine } from "./about.tsx";
import { MARK, tasksText, tellOutcome } from "./act-on-tasks.ts";
import type { Selection } from "./ask.ts";
import { Answers, isCountTyped, ReasonField, Refusal, TypedCount } from "./fields.tsx";
import { KindCounts } from "./kind-counts.tsx";
import { useSending } from "./use-sending.ts";
import { useTried } from "./use-tried.ts";

const RESULTS = [
  { value: "skipped", name: "It need not be done" },
  { value: "complete", name: "It was done elsewhere" },
] as const;
type Result = (typeof RESULTS)[number]["value"];
const FOLLOWS: Readonly<Record<Result, string>> = {
  skipped: "The result becomes skipped. Nothing starts from it, and joins no longer wait for it.",
  complete: "The result becomes complete, as if the worker had said so. What follows starts now.",
};

interface Props {
  readonly selection: Selection;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Asks before failures get the result that makes them resolved. What was written over is only in the history. */
export function MarkDialog({ selection, onDone, onClose }: Props): ReactElement {
  const [result, setResult] = useState<Result>("skipped");
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const tried = useTried("mark", selection);
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const { count } = tried;
  const mark = async (): Promise<void> => {
    const body = { action: "mark", ...selection, expect_count: count, result, reason: reason.trim() };
    const answer = await send<TaskActionAnswer>("/api/tasks/actions", body);
    if (answer === null) {
      tried.again();
      return;
    }
    onClose();
    tellOutcome(MARK, answer);
    onDone?.();
  };
  const what = count === null ? "tasks" : tasksText(count);
  const isReady = count !== null && count > 0 && tried.differs === null && isCountTyped(count, typed);
  return (
    <Dialog title={`Mark ${what} resolved?`} description="This cannot be undone." onClose={onClose}>
      <QueryLine selection={selection} />
      <KindCounts selection={selection} />
      {tried.error !== null && <Problem what="Their number" error={tried.error} onRetry={tried.again} />}
      {count !== null && <Differs differs={tried.differs} accepted={count} onAccept={tried.accept} />}
      <div>
        <Segments label="Why it is resolved" options={RESULTS} value={result} onChange={setResult} />
      </div>
      <p className="text-ink-2">{FOLLOWS[result]}</p>
      <ReasonField value={reason} onChange={setReason} isRequired />
      {count !== null && <TypedCount count={count} value={typed} onChange={setTyped} />}
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Keep unresolved</Button>
        <Button
          kind="danger"
          disabled={!isReady || reason.trim() === "" || isSending || isAway}
          onClick={() => void mark()}
        >
          Mark {what} resolved
        </Button>
      </Answers>
    </Dialog>
  );
}
