import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useId, useState } from "react";
import { Answers, FIELD, Labelled, Refusal } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { ApiError } from "../../../services/api.ts";
import { count } from "../../../services/format.ts";
import { useIsAway } from "../../../services/reach.ts";
import { showToast } from "../../../services/toasts.ts";
import { cleanUp, cleanupQuery, rowsOf } from "./database-queries.ts";

/** From so many rows on the number is typed: what is deleted does not come back. */
const MANY = 10;

/** Counts what is due, then deletes it. */
export function CleanupDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const queries = useQueryClient();
  const isAway = useIsAway();
  const [typed, setTyped] = useState("");
  // Counting deletes nothing, so it begins by itself, anew with each opening.
  const counting = useQuery({
    queryKey: ["database", "count", useId()],
    queryFn: () => cleanUp(true),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const deleting = useMutation({ mutationFn: () => cleanUp(false) });
  const { data: counted } = useQuery(cleanupQuery(counting.data?.id ?? null));
  const { data: deleted } = useQuery(cleanupQuery(deleting.data?.id ?? null));
  const refusal = [counting.error, deleting.error].find((error) => error instanceof ApiError) ?? null;
  const isDone = deleted !== undefined && deleted.state !== "running";
  useEffect(() => {
    if (!isDone) return;
    showToast(`Deleted ${count(rowsOf(deleted))} rows.`, null, deleted.archive_failure);
    void queries.invalidateQueries({ queryKey: ["database"] });
    onClose();
  }, [isDone, deleted, queries, onClose]);
  const isCounted = counted?.state === "done";
  const rows = counted === undefined ? 0 : rowsOf(counted);
  const tables = (deleted ?? counted)?.tables.filter((table) => table.deleted > 0) ?? [];
  const isConfirmed = rows < MANY || typed.replaceAll(/[^\d]/g, "") === String(rows);
  return (
    <Dialog
      title={isCounted && rows > 0 ? `Delete ${count(rows)} rows?` : "Clean up"}
      description="Rows that are older than their tables keep them, with what belongs to them. It is done in small steps beside the work, and cannot be undone."
      onClose={onClose}
    >
      <p role="status">
        {deleted !== undefined
          ? `${count(rowsOf(deleted))} of ${count(rows)} rows deleted${deleted.at_table === null ? "" : `, at ${deleted.at_table}`}.`
          : isCounted
            ? rows === 0
              ? "Nothing is due: every row is younger than its table keeps it."
              : ""
            : `Counting: ${count(rows)} rows so far${counted?.at_table === undefined || counted.at_table === null ? "" : `, at ${counted.at_table}`}.`}
      </p>
      {tables.length > 0 && (
        <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 text-small/6">
          {tables.map(({ table, deleted: own, belonging }) => {
            const more = Object.values(belonging).reduce((sum, one) => sum + one, 0);
            return (
              <div key={table} className="contents">
                <dt className="font-mono">{table}</dt>
                <dd className="text-right">
                  {count(own)}
                  {more > 0 && <span className="text-ink-3"> and {count(more)} that belong to them</span>}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
      {isCounted && rows >= MANY && deleting.isIdle && (
        <Labelled label={`Type ${rows} to delete them`}>
          <input
            className={FIELD}
            inputMode="numeric"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Labelled>
      )}
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>{deleting.isIdle && rows > 0 ? "Keep them" : "Close"}</Button>
        {rows > 0 && isCounted && deleting.isIdle && (
          <Button
            kind="go"
            className="border-error-text bg-error-text text-surface hover:bg-error-text"
            disabled={!isConfirmed || isAway}
            onClick={() => deleting.mutate()}
          >
            Delete {count(rows)} rows
          </Button>
        )}
      </Answers>
    </Dialog>
  );
}
