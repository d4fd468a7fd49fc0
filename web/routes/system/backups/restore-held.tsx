import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { Answers, FIELD, Labelled, ReasonField, Refusal } from "../../../acting/fields.tsx";
import { useSending } from "../../../acting/use-sending.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Mark } from "../../../components/mark.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { count } from "../../../services/format.ts";
import { useIsAway } from "../../../services/reach.ts";
import { showToast } from "../../../services/toasts.ts";
import { Section } from "../section.tsx";
import { restoreQuery } from "./backup-queries.ts";

type Act = "accept" | "drop";

/** "1 tick", "7 ticks". */
function counted(number: number, name: string): string {
  return `${count(number)} ${name}${number === 1 ? "" : "s"}`;
}

/** What a restore to an earlier time holds, until somebody decides. */
export function RestoreHeld(): ReactElement | null {
  const { data } = useQuery(restoreQuery);
  const [act, setAct] = useState<Act | null>(null);
  if (data === undefined || data.restore?.state !== "held") return null;
  const { restore, messages, ticks, waiting_tasks: waiting, backfills, jobs, topics, schedules, deciding } = data;
  const counts = [
    counted(messages, "message"),
    counted(ticks, "tick"),
    counted(waiting, "waiting task"),
    counted(backfills.length, "backfill"),
    counted(jobs.length, "bulk job"),
  ]
    .filter((part) => !part.startsWith("0 "))
    .join(", ");
  return (
    <div className="border-b border-line">
      <Section
        id="restore"
        title="Held after a restore"
        about={
          <>
            restored <RelativeTime at={restore.restored_at} /> to what was there <RelativeTime at={restore.data_at} />
          </>
        }
        actions={
          deciding ? (
            <span className="text-small text-ink-2">
              {restore.decision === "drop" ? "Being dropped" : "Being accepted"}: {count(restore.decided_messages)}{" "}
              messages, {count(restore.decided_ticks)} ticks so far
            </span>
          ) : (
            <>
              <ActButton may="admin" of="everything" kind="stop" onClick={() => setAct("drop")}>
                Drop all…
              </ActButton>
              <ActButton may="admin" of="everything" onClick={() => setAct("accept")}>
                Accept all…
              </ActButton>
            </>
          )
        }
      >
        <p>
          {counts}. They may have been done before the restore.
          {restore.found_sent > 0 && ` ${counted(restore.found_sent, "message")} found on the bus had been sent.`}
        </p>
        {restore.kept_aside !== null && (
          <p className="mb-2 text-small text-ink-2">
            The database that was replaced is kept as{" "}
            <code className="font-mono break-all text-ink">{restore.kept_aside}</code>
          </p>
        )}
        <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 text-small/6 min-[900px]:max-w-160">
          {topics.map(({ topic, waited, reread }) => (
            <div key={topic} className="contents">
              <dt className="truncate">
                Topic <b className="font-medium">{topic}</b>
              </dt>
              <dd className="text-right">
                {count(waited)} waited{reread === 0 ? "" : `, ${count(reread)} from what is read again`}
              </dd>
            </div>
          ))}
          {schedules.map(({ type, job, workflow, ticks: own, more, first, last }) => (
            <div key={`${workflow} ${type} ${job}`} className="contents">
              <dt className="truncate">
                <b className="font-medium">
                  {type}
                  {job === "" ? "" : `:${job}`}
                </b>{" "}
                <span className="text-ink-3">{workflow}</span>
              </dt>
              <dd className="text-right">
                {more ? "more than " : ""}
                {counted(own, "tick")}, <RelativeTime at={first} />
                {own > 1 && (
                  <>
                    {" "}
                    to <RelativeTime at={last} />
                  </>
                )}
              </dd>
            </div>
          ))}
        </dl>
        {act !== null && (
          <DecideDialog act={act} held={messages + ticks} counts={counts} onClose={() => setAct(null)} />
        )}
      </Section>
    </div>
  );
}

interface DialogProps {
  readonly act: Act;
  readonly held: number;
  readonly counts: string;
  readonly onClose: () => void;
}

function DecideDialog({ act, held, counts, onClose }: DialogProps): ReactElement {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const { isSending, refusal, send } = useSending();
  const isAway = useIsAway();
  const isDrop = act === "drop";
  const isConfirmed = !isDrop || held < 10 || typed === String(held);
  const decide = async (): Promise<void> => {
    const answer = await send(`/api/restore/${act}`, { reason });
    if (answer === null) return;
    showToast(isDrop ? "What the restore held is being dropped." : "What the restore held is being sent and started.");
    void queries.invalidateQueries({ queryKey: ["health"] });
    onClose();
  };
  return (
    <Dialog
      title={isDrop ? `Drop ${counts}?` : `Accept ${counts}?`}
      description={
        isDrop
          ? "Nothing of it is sent or started, and it does not come back. Right when all of it was done before the restore."
          : "All of it is sent and started now, whether it was done before the restore or not. Right when nothing of it was done."
      }
      onClose={onClose}
    >
      {isDrop && held >= 10 && (
        <Labelled label={`Type ${held} to drop them`}>
          <input
            className={FIELD}
            inputMode="numeric"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Labelled>
      )}
      <ReasonField value={reason} onChange={setReason} />
      <Refusal refusal={refusal} />
      <Answers>
        <Button onClick={onClose}>Keep holding</Button>
        <Button
          kind="go"
          className={isDrop ? "border-error-text bg-error-text text-surface hover:bg-error-text" : ""}
          disabled={isSending || isAway || !isConfirmed}
          onClick={() => void decide()}
        >
          {isDrop && <Mark status="cancelled" />}
          {isDrop ? `Drop ${count(held)}` : `Accept ${count(held)}`}
        </Button>
      </Answers>
    </Dialog>
  );
}
