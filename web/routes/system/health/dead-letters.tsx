import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { Answers, ReasonField, Refusal } from "../../../acting/fields.tsx";
import { useSending } from "../../../acting/use-sending.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { count } from "../../../services/format.ts";
import { useIsAway } from "../../../services/reach.ts";
import { useMay } from "../../../services/may.ts";
import { showToast } from "../../../services/toasts.ts";
import { deadLettersQuery } from "./health-queries.ts";

/** Messages that could not be understood, the newest; all or one of them are sent once more. */
export function DeadLetters({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { data, error, refetch } = useQuery(deadLettersQuery);
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const mayRedrive = useMay("operator", "everything");
  const isAway = useIsAway();
  const letters = data?.dead_letters ?? [];
  const total =
    data === undefined
      ? ""
      : `${data.pagination.total_is === "exact" ? "" : "at least "}${count(data.pagination.total)}`;
  const redrive = async (ids: "all" | readonly number[]): Promise<void> => {
    const answer = await send<{ redriven: number }>("/api/dead-letters/redrive", { ids, reason });
    if (answer === null) return;
    showToast(`Sent ${count(answer.redriven)} dead letters to their topics again.`);
    void queries.invalidateQueries({ queryKey: ["health"] });
  };
  return (
    <Dialog
      title="Dead letters"
      description="Messages that could not be understood. Sent again, one becomes a dead letter again while its fault stays."
      onClose={onClose}
    >
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={4} label="Dead letters are loaded" />
        ) : (
          <Problem what="The dead letters" error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <ol className="grid max-h-80 gap-3 overflow-auto" tabIndex={0} aria-label="The newest dead letters">
          {letters.map(({ id, topic, received_at: at, reason: why, payload, bytes }) => (
            <li key={id} className="border-t border-line pt-2 text-small first:border-t-0">
              <p className="flex items-center gap-2">
                <b className="font-medium">{topic}</b>
                <span className="text-ink-3">
                  <RelativeTime at={at} />
                </span>
                {mayRedrive && bytes === null && (
                  <Button
                    kind="bare"
                    className="ml-auto"
                    disabled={isSending || isAway}
                    aria-label={`Send dead letter ${id} again`}
                    onClick={() => void redrive([id])}
                  >
                    Send again
                  </Button>
                )}
              </p>
              <p className="text-error-text">{why}</p>
              <pre
                className="mt-1 max-h-24 overflow-auto rounded-mark bg-surface-3 p-1.5 font-mono break-all whitespace-pre-wrap"
                tabIndex={0}
              >
                {payload}
              </pre>
            </li>
          ))}
        </ol>
      )}
      {mayRedrive && letters.length > 0 && <ReasonField value={reason} onChange={setReason} />}
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Close</Button>
        {mayRedrive && letters.length > 0 && (
          <Button kind="go" disabled={isSending || isAway} onClick={() => void redrive("all")}>
            Send all {total} again
          </Button>
        )}
      </Answers>
    </Dialog>
  );
}
