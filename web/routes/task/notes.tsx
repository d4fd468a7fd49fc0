import { type SubmitEvent, type ReactElement, useState } from "react";
import { ActButton } from "../../acting/act-button.tsx";
import { Icon } from "../../components/icon.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { ApiError, change } from "../../services/api.ts";
import { useMay } from "../../services/may.ts";
import { queryClient } from "../../services/queries.ts";
import { showToast } from "../../services/toasts.ts";
import { Section } from "./section.tsx";
import type { About, TaskNote } from "./task-queries.ts";

interface Props {
  readonly record: number;
  readonly about: About | undefined;
}

/** What people left on the task, whichever attempt. A note that is removed can be brought back at once. */
export function Notes({ record, about }: Props): ReactElement {
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const mayWrite = useMay("operator", about?.task);
  const notes = about?.notes ?? [];
  const target = { kind: "task", key: String(record), workflow: null };
  const send = async (path: string, body: object): Promise<boolean> => {
    try {
      await change("POST", path, { target, ...body });
      setRefusal(null);
      void queryClient.invalidateQueries({ queryKey: ["task"] });
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error.message);
      return false;
    }
  };
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await send("/api/notes", { text: text.trim() })) setText("");
  };
  const remove = async ({ id, text: removed }: TaskNote): Promise<void> => {
    if (await send("/api/notes/remove", { id }))
      showToast("Removed a note.", () => void send("/api/notes", { text: removed }));
  };
  return (
    <Section title="Notes" id="notes">
      {notes.length === 0 && <p className="text-small text-ink-3">Nobody has left a note.</p>}
      <ul>
        {notes.map((note) => (
          <li key={note.id} className="flex items-start gap-2 border-t border-line py-1.5 first:border-t-0">
            <p className="min-w-0 flex-1 break-words">
              {note.text}
              <span className="block text-small text-ink-3">
                {note.author} <RelativeTime at={note.at} />
              </span>
            </p>
            <ActButton
              of={about?.task}
              kind="icon"
              aria-label={`Remove the note of ${note.author}`}
              onClick={() => void remove(note)}
            >
              <Icon name="close" size={14} />
            </ActButton>
          </li>
        ))}
      </ul>
      {mayWrite && (
        <form className="mt-2 flex items-center gap-2 print:hidden" onSubmit={(event) => void add(event)}>
          <input
            aria-label="New note"
            placeholder="What others should know of this task"
            value={text}
            maxLength={4000}
            onChange={(event) => setText(event.target.value)}
            className="h-(--control) min-w-0 flex-1 rounded-control border border-line-control bg-surface px-2"
          />
          <ActButton of={about?.task} type="submit" disabled={text.trim() === ""}>
            Add note
          </ActButton>
        </form>
      )}
      <p role="status" className="text-small text-error-text">
        {refusal}
      </p>
    </Section>
  );
}
