import { type ReactElement, useState } from "react";
import type { TaskActionAnswer } from "../../src/contract/api/tasks/task-control-api.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Icon } from "../components/icon.tsx";
import { Problem } from "../components/problem.tsx";
import { count as figure } from "../services/format.ts";
import { useIsAway } from "../services/reach.ts";
import { Differs, QueryLine } from "./about.tsx";
import { RETRY, tasksText, tellOutcome } from "./act-on-tasks.ts";
import type { Selection } from "./ask.ts";
import { Answers, Check, ReasonField, Refusal } from "./fields.tsx";
import { KindCounts } from "./kind-counts.tsx";
import { useSending } from "./use-sending.ts";
import { useTried } from "./use-tried.ts";

interface Props {
  readonly selection: Selection;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Asks before tasks are sent again. */
export function RetryDialog({ selection, onDone, onClose }: Props): ReactElement {
  const [reason, setReason] = useState("");
  const [withChildren, setWithChildren] = useState(false);
  const [asCurrent, setAsCurrent] = useState(false);
  const tried = useTried("retry", selection);
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const { count } = tried;
  const changed = tried.answer?.tasks.filter(({ difference }) => difference !== undefined).length ?? 0;
  const retry = async (): Promise<void> => {
    const answer = await send<TaskActionAnswer>("/api/tasks/actions", {
      action: "retry",
      ...selection,
      expect_count: count,
      children: withChildren,
      as: asCurrent ? "current" : "recorded",
      reason,
    });
    if (answer === null) {
      tried.again();
      return;
    }
    onClose();
    tellOutcome(RETRY, answer);
    onDone?.();
  };
  const what = count === null ? "tasks" : tasksText(count);
  return (
    <Dialog
      title={`Retry ${what}?`}
      description={
        count === 1
          ? "It is sent again as its next attempt, with the same info and meta. What follows it starts when it completes."
          : "Each is sent again as its next attempt, with the same info and meta. What follows a task starts when it completes."
      }
      onClose={onClose}
    >
      <QueryLine selection={selection} />
      <KindCounts selection={selection} />
      {tried.error !== null && <Problem what="Their number" error={tried.error} onRetry={tried.again} />}
      {count !== null && <Differs differs={tried.differs} accepted={count} onAccept={tried.accept} />}
      {changed > 0 && (
        <Check isOn={asCurrent} onChange={setAsCurrent}>
          The workflows in force would make {changed === 1 ? "1 of them" : `${figure(changed)} of them`} otherwise: send
          what they make now
        </Check>
      )}
      <Check isOn={withChildren} onChange={setWithChildren}>
        What followed from {count === 1 ? "it" : "them"} follows once more
      </Check>
      <ReasonField value={reason} onChange={setReason} />
      <p className="text-small text-ink-3">
        {(count ?? 0) > 1000 ? "They are sent in groups, as a job that goes on when this page is closed. " : ""}
        Each waits for a free place of its phase. What is not sent yet can be cancelled at any time.
      </p>
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="go"
          disabled={count === null || count === 0 || tried.differs !== null || isSending || isAway}
          onClick={() => void retry()}
        >
          <Icon name="retry" size={14} />
          Retry {what}
        </Button>
      </Answers>
    </Dialog>
  );
}
