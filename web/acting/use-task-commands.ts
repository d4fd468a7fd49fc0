import type { ShownTaskJson } from "../../src/contract/api/tasks/task-list-api.ts";
import { type Command, useCommands } from "../services/commands.ts";
import { count } from "../services/format.ts";
import { useMay } from "../services/may.ts";
import { tasksText } from "./act-on-tasks.ts";
import { ask, type Selection } from "./ask.ts";

interface Acted {
  readonly selection: Selection;
  /** How many tasks that are. */
  readonly count: number;
  /** Where it is one whose info can be edited. */
  readonly task?: Pick<ShownTaskJson, "record_id" | "type" | "job" | "info" | "meta"> | null;
  /** They failed, and nothing made them well yet. */
  readonly isUnresolved?: boolean;
  readonly onDone?: () => void;
}

/** What can be done with the selected tasks, by keys and from the palette. Null: none is selected. */
export function useTaskCommands(acted: Acted | null): void {
  const mayAct = useMay("operator");
  useCommands(
    acted === null || !mayAct ? null : { name: `For the ${count(acted.count)} selected`, commands: commandsFor(acted) },
  );
}

function commandsFor({ selection, count: of, task = null, isUnresolved = false, onDone }: Acted): readonly Command[] {
  const done = onDone === undefined ? {} : { onDone };
  const edit: Command[] =
    task === null
      ? []
      : [
          {
            name: "Edit and run again…",
            context: "a new run, linked to the old",
            icon: "edit",
            run: () => ask({ kind: "edit", task, ...done }),
          },
        ];
  const mark: Command[] = isUnresolved
    ? [
        {
          name: `Mark ${tasksText(of)} resolved…`,
          context: "done elsewhere, or not needed",
          icon: "check",
          run: () => ask({ kind: "mark", selection, ...done }),
        },
      ]
    : [];
  return [
    {
      name: `Retry ${tasksText(of)}…`,
      context: "as they are, next attempt",
      icon: "retry",
      key: "e",
      run: () => ask({ kind: "retry", selection, ...done }),
    },
    ...edit,
    ...mark,
    {
      name: `Cancel ${tasksText(of)}…`,
      context: "cannot be undone",
      icon: "stop",
      run: () => ask({ kind: "cancel", selection, ...done }),
    },
  ];
}
