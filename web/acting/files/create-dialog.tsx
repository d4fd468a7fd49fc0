import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { CreateTaskAnswer } from "../../../src/contract/api/tasks/create-task-api.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { phasesQuery, queryClient } from "../../services/queries.ts";
import { useIsAway } from "../../services/reach.ts";
import { showToast } from "../../services/toasts.ts";
import { tasksText } from "../act-on-tasks.ts";
import type { NamedFile } from "../ask.ts";
import { Answers, FIELD, Labelled, ReasonField, Refusal } from "../fields.tsx";
import { phaseText } from "../phases/act-on-phases.ts";
import { useSending } from "../use-sending.ts";

interface Props {
  readonly file: NamedFile;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

/** Makes the task of a phase with the path of a file as its info, whatever its pattern is. */
export function CreateDialog({ file, onDone, onClose }: Props): ReactElement {
  const { data: graph } = useQuery(phasesQuery);
  const all = graph?.nodes ?? [];
  const near = all.filter((phase) => file.near.includes(phaseText(phase)));
  const others = all.filter((phase) => !near.includes(phase));
  const [chosen, setChosen] = useState<number | null>(null);
  const phase = all.find(({ phase_id: id }) => id === chosen) ?? near[0];
  const [info, setInfo] = useState(file.path);
  const [at, setAt] = useState(file.taskTime?.slice(0, 16) ?? "");
  const [meta, setMeta] = useState(`file=${encodeURIComponent(file.path)}`);
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const create = async (): Promise<void> => {
    if (phase === undefined) return;
    const { type, job, workflow } = phase;
    const answer = await send<CreateTaskAnswer>("/api/tasks", {
      type,
      job,
      workflow,
      at: at === "" ? null : at,
      info,
      meta,
      reason,
    });
    if (answer === null) return;
    onClose();
    showToast(`Made ${tasksText(answer.tasks.length)} of ${phaseText(phase)}.`);
    void queryClient.invalidateQueries();
    onDone?.();
  };
  const option = (one: (typeof all)[number]): ReactElement => (
    <option key={one.phase_id} value={one.phase_id}>
      {phaseText(one)} in {one.workflow}
    </option>
  );
  return (
    <Dialog
      title="Create a task from this file?"
      description="The chosen phase makes its task with the path as its info, though its pattern does not match. The event of the file stays as it is."
      onClose={onClose}
    >
      <Labelled label="Phase" hint={near.length > 0 ? "the nearest first" : undefined}>
        <select
          className={FIELD}
          value={phase?.phase_id ?? ""}
          onChange={(event) => setChosen(Number(event.target.value))}
        >
          {phase === undefined && <option value="">Choose a phase</option>}
          {near.map(option)}
          {others.map(option)}
        </select>
      </Labelled>
      <Labelled label="Info">
        <input
          className={`${FIELD} font-mono text-small`}
          value={info}
          onChange={(event) => setInfo(event.target.value)}
        />
      </Labelled>
      <Labelled label="Task time" hint="by the clock of the phase; empty: now">
        <input
          className={`${FIELD} font-mono text-small`}
          placeholder="2026-01-14T13:00"
          value={at}
          onChange={(event) => setAt(event.target.value)}
        />
      </Labelled>
      <Labelled label="Meta" hint="merged over that of the phase">
        <input
          className={`${FIELD} font-mono text-small`}
          value={meta}
          onChange={(event) => setMeta(event.target.value)}
        />
      </Labelled>
      <ReasonField value={reason} onChange={setReason} />
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="go" disabled={phase === undefined || isSending || isAway} onClick={() => void create()}>
          <Icon name="plus" size={14} />
          Create 1 task
        </Button>
      </Answers>
    </Dialog>
  );
}
