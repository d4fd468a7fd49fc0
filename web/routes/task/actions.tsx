import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ActButton } from "../../acting/act-button.tsx";
import { ask } from "../../acting/ask.ts";
import { Icon } from "../../components/icon.tsx";
import { type Command, useCommands } from "../../services/commands.ts";
import { useMay } from "../../services/may.ts";
import type { Attempt } from "./task-queries.ts";
import { isOpen, pageOf } from "../../components/runs/run-text.ts";
import { nameOf } from "./task-text.ts";

/** What its state and the role allow. What has ended can be retried, what has not can be cancelled. */
export function Actions({ task }: { readonly task: Attempt }): ReactElement {
  const navigate = useNavigate();
  const mayAct = useMay("operator", task);
  const canRetry = !isOpen(task) || task.state === "waiting";
  const selection = { ids: [task.record_id] };
  const retry = (): void => ask({ kind: "retry", selection });
  const edit = (): void => ask({ kind: "edit", task, onDone: (made) => void navigate(pageOf(made)) });
  const cancel = (): void => ask({ kind: "cancel", selection });
  const hasFailed = task.state === "finished" && (task.result === "error" || task.result === "alert");
  const mark = (): void => ask({ kind: "mark", selection });
  const commands: readonly Command[] = [
    ...(canRetry ? [{ name: "Retry it…", icon: "retry", key: "e", run: retry } as const] : []),
    { name: "Edit and run again…", context: "a new run, linked to the old", icon: "edit", run: edit },
    ...(hasFailed
      ? [{ name: "Mark it resolved…", context: "done elsewhere, or not needed", icon: "check", run: mark } as const]
      : []),
    ...(isOpen(task) ? [{ name: "Cancel it…", context: "cannot be undone", icon: "stop", run: cancel } as const] : []),
  ];
  useCommands(mayAct ? { name: `For ${nameOf(task)}`, commands } : null);
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      {canRetry && (
        <ActButton of={task} kind="go" title="Retry (e)" onClick={retry}>
          <Icon name="retry" size={14} />
          Retry…
        </ActButton>
      )}
      <ActButton of={task} onClick={edit}>
        <Icon name="edit" size={14} />
        Edit and run again…
      </ActButton>
      {hasFailed && (
        <ActButton of={task} kind="stop" onClick={mark}>
          <Icon name="check" size={14} />
          Mark resolved…
        </ActButton>
      )}
      {isOpen(task) && (
        <ActButton of={task} kind="stop" onClick={cancel}>
          <Icon name="stop" size={14} />
          Cancel…
        </ActButton>
      )}
    </div>
  );
}
