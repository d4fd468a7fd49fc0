import type { ReactElement } from "react";
import { Notes as NotesOf } from "../../acting/notes.tsx";
import { Section } from "./section.tsx";
import type { About } from "./task-queries.ts";

interface Props {
  readonly record: number;
  readonly about: About | undefined;
}

/** What people left on the task, whichever attempt. */
export function Notes({ record, about }: Props): ReactElement {
  return (
    <Section title="Notes" id="notes">
      <NotesOf
        target={{ kind: "task", key: String(record) }}
        notes={about?.notes ?? []}
        of={about?.task}
        query="task"
      />
    </Section>
  );
}
