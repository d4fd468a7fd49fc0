import type { ReactElement } from "react";
import { count } from "../../../services/format.ts";
import { Section } from "../../task/section.tsx";
import type { FileHistory } from "../files-queries.ts";
import { TaskList } from "./task-list.tsx";

/** Where the file came from, and what was started by it. */
export function Lineage({ history }: { readonly history: FileHistory }): ReactElement {
  const { file, tasks, written_by: writer } = history;
  return (
    <>
      <Section title="Written by">
        {writer === null ? (
          <p className="text-small text-ink-2">
            No task that ended here named this path in its info or meta: the file came from elsewhere, or its task does
            not say what it writes.
          </p>
        ) : (
          <TaskList tasks={[writer]} />
        )}
      </Section>
      <Section
        title="Started"
        note={
          tasks.length < file.tasks
            ? `the first ${count(tasks.length)} of ${count(file.tasks)} tasks`
            : `${count(tasks.length)} ${tasks.length === 1 ? "task" : "tasks"}`
        }
      >
        {tasks.length === 0 ? (
          <p className="text-small text-ink-2">
            {file.matched === 0
              ? "Nothing: no pattern of a phase in force matched when it came."
              : "Nothing yet: the decisions below say why."}
          </p>
        ) : (
          <TaskList tasks={tasks} />
        )}
      </Section>
    </>
  );
}
