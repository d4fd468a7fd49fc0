import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { BackfillAct } from "../../../../src/contract/api/workflows/backfill-api.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { ApiError, change } from "../../../services/api.ts";
import { count } from "../../../services/format.ts";
import { useMay } from "../../../services/may.ts";
import { useIsAway } from "../../../services/reach.ts";
import { showToast } from "../../../services/toasts.ts";
import type { Backfill } from "../backfill-queries.ts";
import { ChangeDialog } from "./change-dialog.tsx";

/** What can be done with it now. A pause is taken back by Undo; the rest asks. */
export function Actions({ backfill }: { readonly backfill: Backfill }): ReactElement | null {
  const [asked, setAsked] = useState<"cancel" | "retry-failed" | null>(null);
  const isAllowed = useMay("operator", backfill);
  const isAway = useIsAway();
  const client = useQueryClient();
  const { id, state, failed } = backfill;
  if (!isAllowed) return null;
  const again = (): void => {
    for (const queryKey of [["backfills"], ["backfill"]]) void client.invalidateQueries({ queryKey });
  };
  const act = async (one: BackfillAct & ("pause" | "resume"), isUndo = false): Promise<void> => {
    const [done, back] = one === "pause" ? (["Paused", "resume"] as const) : (["Resumed", "pause"] as const);
    try {
      await change("POST", `/api/backfills/${id}/${one}`, { reason: "" });
      showToast(`${done} backfill ${id}.`, isUndo ? null : () => void act(back, true));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast(`Backfill ${id} was not ${done.toLowerCase()}.`, null, error.message);
    }
    again();
  };
  return (
    <span className="ml-auto flex flex-wrap items-center gap-2">
      {state === "running" && (
        <Button disabled={isAway} onClick={() => void act("pause")}>
          <Icon name="pause" size={14} />
          Pause
        </Button>
      )}
      {state === "paused" && (
        <Button disabled={isAway} onClick={() => void act("resume")}>
          <Icon name="play" size={14} />
          Resume
        </Button>
      )}
      {failed > 0 && state !== "cancelled" && (
        <Button disabled={isAway} onClick={() => setAsked("retry-failed")}>
          <Icon name="retry" size={14} />
          Retry {count(failed)} failed…
        </Button>
      )}
      {(state === "running" || state === "paused") && (
        <Button kind="stop" disabled={isAway} onClick={() => setAsked("cancel")}>
          Cancel…
        </Button>
      )}
      {asked !== null && <ChangeDialog act={asked} backfill={backfill} onDone={again} onClose={() => setAsked(null)} />}
    </span>
  );
}
