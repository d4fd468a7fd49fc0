import { type ReactElement, useState } from "react";
import type { z } from "zod";
import type { refreshAnswer } from "../../../../src/contract/api/workflows/workflow-api.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { ApiError, change } from "../../../services/api.ts";
import { queryClient } from "../../../services/queries.ts";
import { showToast } from "../../../services/toasts.ts";
import { AcceptDialog } from "./accept-dialog.tsx";
import { filesText } from "./files-text.ts";

type Reloaded = z.output<typeof refreshAnswer>;

/** Reads the workflow files now. What is missing stays in force until its removal is accepted. */
export function Reload(): ReactElement {
  const [isReading, setReading] = useState(false);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [isAsking, setAsking] = useState(false);
  const reload = async (): Promise<void> => {
    setReading(true);
    try {
      const read = await change<Reloaded>("POST", "/api/workflows/refresh", {});
      setMissing(read.missing);
      showToast(reloadedText(read), null, read.rejected[0] ?? null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast("The workflow files were not read.", null, error.message);
    }
    setReading(false);
    void queryClient.invalidateQueries();
  };
  return (
    <>
      {missing.length > 0 && (
        <ActButton kind="stop" of="everything" onClick={() => setAsking(true)}>
          {filesText(missing.length)} missing…
        </ActButton>
      )}
      <ActButton of="everything" disabled={isReading} onClick={() => void reload()}>
        <Icon name="retry" size={14} />
        Reload now
      </ActButton>
      {isAsking && <AcceptDialog missing={missing} onDone={() => setMissing([])} onClose={() => setAsking(false)} />}
    </>
  );
}

/** "Read the workflows: 2 files changed, 1 removed, 1 not accepted." */
export function reloadedText({ changed, removed, rejected, missing }: Omit<Reloaded, "at">): string {
  const parts = [
    changed.length === 0 ? "" : `${filesText(changed.length)} changed`,
    removed.length === 0 ? "" : `${removed.length} removed`,
    rejected.length === 0 ? "" : `${rejected.length} not accepted`,
    missing.length === 0 ? "" : `${missing.length} missing, in force still`,
  ].filter((part) => part !== "");
  return `Read the workflows: ${parts.length === 0 ? "nothing changed" : parts.join(", ")}.`;
}
