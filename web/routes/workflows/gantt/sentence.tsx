import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Clock } from "../../../services/format.ts";
import { taskText } from "./run-sentence.ts";
import { runSentence } from "./run-sentence.ts";
import type { RunModel } from "./run-model.ts";

/** What a run took, and why. */
export function Sentence({
  run,
  clock,
  now,
}: {
  readonly run: RunModel;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  const { lead, because, parts } = runSentence(run, now, (at) => clock.moment(at, run.end));
  return (
    <p className="max-w-160 min-w-0 flex-1 basis-80 px-(--gutter) py-3 text-title leading-6">
      <b className="font-semibold">
        {lead}
        {because === null ? "." : ","}
      </b>{" "}
      {because !== null && (
        <>
          because{" "}
          <Link
            to="."
            search={(before) => ({ ...before, row: because.task.newest.record_id })}
            resetScroll={false}
            activeProps={{}}
            className="underline decoration-accent-line underline-offset-3 hover:decoration-current"
          >
            {taskText(because.task)}
          </Link>{" "}
          {because.what}.{" "}
        </>
      )}
      <span className="text-ink-2">{parts}</span>
    </p>
  );
}
