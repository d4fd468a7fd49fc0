import { type ReactElement, useState } from "react";
import type { TaskActionAnswer } from "../../src/contract/api/tasks/task-control-api.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Problem } from "../components/problem.tsx";
import { useIsAway } from "../services/reach.ts";
import { Differs, QueryLine } from "./about.tsx";
import { CANCEL, tasksText, tellOutcome } from "./act-on-tasks.ts";
import type { Selection } from "./ask.ts";
import { Answers, Check, isCountTyped, ReasonField, Refusal, TypedCount } from "./fields.tsx";
import { KindCounts } from "./kind-counts.tsx";
import { useSending } from "./use-sending.ts";
import { useTried } from "./use-tried.ts";

interface Props {
  readonly selection: Selection;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Asks before tasks are cancelled, which nothing takes back. */
export function CancelDialog({ selection, onDone, onClose }: Props): ReactElement {
  const [reason, setReason] = useState("");
  const [withChildren, setWithChildren] = useState(false);
  const [typed, setTyped] = useState("");
  const tried = useTried("cancel", selection);
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const { count } = tried;
  const cancel = async (): Promise<void> => {
    const answer = await send<TaskActionAnswer>("/api/tasks/actions", {
      action: "cancel",
      ...selection,
      expect_count: count,
      children: withChildren,
      reason,
    });
    if (answer === null) {
      tried.again();
      return;
    }
    onClose();
    tellOutcome(CANCEL, answer);
    onDone?.();
  };
  const what = count === null ? "tasks" : tasksText(count);
  const isTyped = count !== null && isCountTyped(count, typed);
  return (
    <Dialog title={`Cancel ${what}?`} description="This cannot be undone." onClose={onClose}>
      <QueryLine selection={selection} />
      <KindCounts selection={selection} />
      {tried.error !== null && <Problem what="Their number" error={tried.error} onRetry={tried.again} />}
      {count !== null && <Differs differs={tried.differs} accepted={count} onAccept={tried.accept} />}
      <ul className="grid list-disc gap-1 pl-5 text-ink-2">
        <li>What waits or is queued is never sent.</li>
        <li>What runs on a worker of this instance is stopped; the files that it wrote stay.</li>
        <li>Other workers are not stopped; a late result is recorded and starts nothing.</li>
        <li>What has ended stays as it is.</li>
      </ul>
      <Check isOn={withChildren} onChange={setWithChildren}>
        Also what is unfinished of all that followed
      </Check>
      <ReasonField value={reason} onChange={setReason} />
      {count !== null && <TypedCount count={count} value={typed} onChange={setTyped} />}
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Keep {count === 1 ? "it" : "them"}</Button>
        <Button
          kind="danger"
          disabled={!isTyped || count === 0 || tried.differs !== null || isSending || isAway}
          onClick={() => void cancel()}
        >
          Cancel {what}
        </Button>
      </Answers>
    </Dialog>
  );
}
