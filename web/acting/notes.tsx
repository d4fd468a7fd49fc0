import { type ReactElement, type SubmitEvent, useState } from "react";
import type { z } from "zod";
import type { note } from "../../src/contract/api/note-api.ts";
import type { Scoped } from "../../src/contract/api/access/scope.ts";
import { Icon } from "../components/icon.tsx";
import { RelativeTime } from "../components/relative-time.tsx";
import { ApiError, change } from "../services/api.ts";
import { useMay } from "../services/may.ts";
import { queryClient } from "../services/queries.ts";
import { showToast } from "../services/toasts.ts";
import { ActButton } from "./act-button.tsx";

type Note = z.output<typeof note>;

interface Props {
  readonly target:
    | { readonly kind: "alert" | "file" | "task"; readonly key: string }
    | { readonly kind: "phase"; readonly key: string; readonly workflow: string };
  readonly notes: readonly Note[];
  /** Who may leave one: those who may act on it. */
  readonly of: Scoped | undefined;
  /** The beginning of the keys of what shows them. */
  readonly query: string;
}

/** What people left on it. A note that is removed can be brought back at once. */
export function Notes({ target, notes, of, query }: Props): ReactElement {
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const mayWrite = useMay("operator", of);
  const send = async (path: string, body: object): Promise<boolean> => {
    try {
      await change("POST", path, { target: { workflow: null, ...target }, ...body });
      setRefusal(null);
      void queryClient.invalidateQueries({ queryKey: [query] });
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
  const remove = async ({ id, text: removed }: Note): Promise<void> => {
    if (await send("/api/notes/remove", { id }))
      showToast("Removed a note.", () => void send("/api/notes", { text: removed }));
  };
  return (
    <>
      {notes.length === 0 && <p className="text-small text-ink-3">Nobody has left a note.</p>}
      <ul>
        {notes.map((one) => (
          <li key={one.id} className="flex items-start gap-2 border-t border-line py-1.5 first:border-t-0">
            <p className="min-w-0 flex-1 break-words">
              {one.text}
              <span className="block text-small text-ink-3">
                {one.author} <RelativeTime at={one.at} />
              </span>
            </p>
            <ActButton
              of={of ?? "everything"}
              kind="icon"
              aria-label={`Remove the note of ${one.author}`}
              onClick={() => void remove(one)}
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
            placeholder={`What others should know of this ${target.kind}`}
            value={text}
            maxLength={4000}
            onChange={(event) => setText(event.target.value)}
            className="h-(--control) min-w-0 flex-1 rounded-control border border-line-control bg-surface px-2"
          />
          <ActButton of={of ?? "everything"} type="submit" disabled={text.trim() === ""}>
            Add note
          </ActButton>
        </form>
      )}
      <p role="status" className="text-small text-error-text">
        {refusal}
      </p>
    </>
  );
}
