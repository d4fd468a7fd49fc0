import { type ReactElement, useState } from "react";
import type { ShownTaskJson } from "../../src/contract/api/tasks/task-list-api.ts";
import type { TaskActionAnswer } from "../../src/contract/api/tasks/task-control-api.ts";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { useIsAway } from "../services/reach.ts";
import { tellOutcome } from "./act-on-tasks.ts";
import { Answers, FIELD, Labelled, ReasonField, Refusal } from "./fields.tsx";
import { metaChanges, type MetaRow, metaRows } from "./meta-edits.ts";
import { Unsaved, useUnsaved } from "./unsaved.tsx";
import { useSending } from "./use-sending.ts";

interface Props {
  readonly task: Pick<ShownTaskJson, "record_id" | "type" | "job" | "info" | "meta">;
  readonly onDone: ((made: number) => void) | undefined;
  readonly onClose: () => void;
}

const RUN_AGAIN = { doing: "Running again", done: "Made a new run of" };

/** A new run of a task, with another info or meta. The old one stays as it is. */
export function EditDialog({ task, onDone, onClose }: Props): ReactElement {
  const [info, setInfo] = useState(task.info);
  const [rows, setRows] = useState(() => metaRows(task.meta));
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const newInfo = info === task.info ? null : info;
  const meta = metaChanges(task.meta, rows);
  const isChanged = newInfo !== null || meta !== null;
  const leaving = useUnsaved(isChanged, onClose);
  const run = async (): Promise<void> => {
    const answer = await send<TaskActionAnswer>("/api/tasks/actions", {
      action: "retry",
      ids: [task.record_id],
      expect_count: 1,
      info: newInfo,
      meta,
      reason,
    });
    if (answer === null) return;
    onClose();
    tellOutcome(RUN_AGAIN, answer);
    const made = answer.tasks[0]?.changed ?? null;
    if (made !== null) onDone?.(made);
  };
  return (
    <Dialog
      title={`Edit and run ${task.job === "" ? task.type : `${task.type}:${task.job}`} again`}
      description="The task stays as it is. A new one is made, which begins a run of its own; each names the other."
      onClose={leaving.ask}
    >
      <Labelled label="Info">
        <textarea
          className={`${FIELD} py-1 font-mono text-small`}
          rows={3}
          spellCheck={false}
          value={info}
          onChange={(event) => setInfo(event.target.value)}
        />
      </Labelled>
      <MetaFields rows={rows} onChange={setRows} />
      <ReasonField value={reason} onChange={setReason} />
      <Refusal refusal={refusal} />
      {leaving.isAsked ? (
        <Unsaved onStay={leaving.stay} onLeave={leaving.leave} />
      ) : (
        <Answers>
          <Button onClick={leaving.ask}>Cancel</Button>
          <Button kind="go" disabled={!isChanged || isSending || isAway} onClick={() => void run()}>
            Run 1 task
          </Button>
        </Answers>
      )}
    </Dialog>
  );
}

function MetaFields({
  rows,
  onChange,
}: {
  readonly rows: readonly MetaRow[];
  readonly onChange: (rows: readonly MetaRow[]) => void;
}): ReactElement {
  const set = (at: number, change: Partial<MetaRow>): void =>
    onChange(rows.map((row, each) => (each === at ? { ...row, ...change } : row)));
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-small text-ink-2">Meta</legend>
      {rows.map(({ key, value, isOld }, at) => (
        <div key={at} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-1 font-mono text-small">
          {isOld ? (
            <span className="self-center truncate text-ink-2" title={key}>
              {key}
            </span>
          ) : (
            <input
              className={FIELD}
              aria-label="New key"
              value={key}
              onChange={(event) => set(at, { key: event.target.value })}
            />
          )}
          <input
            className={FIELD}
            aria-label={key === "" ? "New value" : `Value of ${key}`}
            spellCheck={false}
            value={value}
            onChange={(event) => set(at, { value: event.target.value })}
          />
        </div>
      ))}
      <span>
        <Button kind="bare" onClick={() => onChange([...rows, { key: "", value: "", isOld: false }])}>
          Add a key
        </Button>
      </span>
    </fieldset>
  );
}
