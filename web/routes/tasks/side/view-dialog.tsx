import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { ApiError } from "../../../services/api.ts";
import { useMay } from "../../../services/may.ts";
import { usePreferences } from "../../../services/preferences.ts";
import { showToast } from "../../../services/toasts.ts";
import { type SavedView, searchOf } from "../../../services/task-views.ts";
import type { TasksSearch } from "../search.ts";
import { shownColumns } from "../table/columns.ts";
import { isSame, removeView, saveView } from "./view-list.ts";

interface Props {
  /** Null: a new one, of what is shown. */
  readonly view: SavedView | null;
  readonly search: TasksSearch;
  readonly onClose: () => void;
}

/** Names a view, shares it, gives it what is shown now, removes it. */
export function ViewDialog({ view, search, onClose }: Props): ReactElement {
  const mayShare = useMay("operator");
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, setShared] = useState(view?.is_shared ?? false);
  const [isReplaced, setReplaced] = useState(false);
  const [error, setError] = useState("");
  const { tables } = usePreferences();
  const [hasColumns, setHasColumns] = useState((view === null ? search : searchOf(view)).columns !== undefined);
  const shown = search.columns ?? shownColumns(search.q ?? "", tables["tasks"]?.shown ?? {}).join(",");
  const content = view === null || isReplaced ? { ...search, columns: hasColumns ? shown : undefined } : searchOf(view);
  const act = (change: () => Promise<void>): void => {
    void change().then(onClose, (reason: unknown) => {
      if (!(reason instanceof ApiError)) throw reason;
      setError(reason.message);
    });
  };
  const remove = async (old: SavedView): Promise<void> => {
    await removeView(old);
    const undo = (): void => void saveView(null, { name: old.name, isShared: old.is_shared }, searchOf(old));
    showToast(`Removed the view ${old.name}.`, undo);
  };
  return (
    <Dialog title={view === null ? "Save this view" : `The view ${view.name}`} onClose={onClose}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          act(() => saveView(view?.id ?? null, { name, isShared }, content));
        }}
      >
        <code className="rounded-control bg-surface-2 px-2 py-1.5 font-mono text-small break-words">
          {content.q === undefined || content.q === "" ? "all tasks" : content.q}
        </code>
        <label className="grid gap-1 text-small">
          Name
          <input
            required
            maxLength={100}
            value={name}
            onChange={({ target }) => setName(target.value)}
            className="h-(--control) rounded-control border border-line-control bg-surface px-2 text-body"
          />
        </label>
        {mayShare && (
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={isShared} onChange={() => setShared(!isShared)} />
            Everybody has it in their list
          </label>
        )}
        {view !== null && !isSame(searchOf(view), search) && (
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={isReplaced} onChange={() => setReplaced(!isReplaced)} />
            Replace its search with what is shown now
          </label>
        )}
        {(view === null || isReplaced) && (
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={hasColumns} onChange={() => setHasColumns(!hasColumns)} />
            With the columns as they are now
          </label>
        )}
        {error !== "" && (
          <p role="alert" className="text-error-text">
            {error}
          </p>
        )}
        <div className="flex justify-end gap-2">
          {view !== null && (
            <Button kind="bare" className="mr-auto text-error-text" onClick={() => act(() => remove(view))}>
              Remove
            </Button>
          )}
          <Button onClick={onClose}>Close</Button>
          <Button kind="go" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
