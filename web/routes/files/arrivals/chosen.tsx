import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import type { Clock } from "../../../services/format.ts";
import { type FilesSearch, without } from "../search.ts";
import type { ArrivalsAnswer } from "./arrivals-queries.ts";
import { slotText } from "./slot-words.ts";

interface Props {
  readonly answer: ArrivalsAnswer;
  /** The task time that was chosen, as in `2026-01-31T05:00`. */
  readonly arrival: string | undefined;
  readonly clock: Clock;
}

const LINK = "text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current";

/** What came for the task time, or why nothing did; it keeps its place. */
export function Chosen({ answer, arrival, clock }: Props): ReactElement {
  const navigate = useNavigate({ from: "/files" });
  const slot = answer.slots.find(({ task_time: time }) => time.startsWith(arrival ?? "none"));
  const { task } = answer.phase;
  return (
    <div className="mt-2 min-h-12 text-small text-ink-2">
      {slot === undefined ? (
        "Choose a cell for its files."
      ) : (
        <>
          <p className="flex items-center gap-2">
            <b className="font-mono font-semibold text-ink">{slot.task_time.slice(0, 16)}</b>
            <span className="min-w-0 truncate">{slotText(slot, answer, clock)}</span>
            <Button
              kind="icon"
              className="ml-auto size-6!"
              aria-label="Choose no cell"
              onClick={() => void navigate({ search: (before: FilesSearch) => without(before, "arrival", "time") })}
            >
              <Icon name="close" size={12} />
            </Button>
          </p>
          <p className="flex flex-wrap gap-x-4">
            <Link
              to="/files"
              search={(before: FilesSearch) => without(before, "side")}
              className={`${LINK} min-[1181px]:hidden`}
            >
              Files of this time
            </Link>
            {slot.file_id === null ? (
              <Link to="/why-not" search={{ of: task, at: slot.task_time.slice(0, 16) }} className={LINK}>
                Why is there no task?
              </Link>
            ) : (
              <Link to="/files/$id" params={{ id: String(slot.file_id) }} className={LINK}>
                {slot.first_at === slot.last_at ? "Its file" : "Its first file"}
              </Link>
            )}
          </p>
        </>
      )}
    </div>
  );
}
