import type { ReactElement } from "react";
import { type Clock, NOTHING } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { StatusWord } from "../mark.tsx";
import { ranOf, ranText, type Run, taskTimeOf } from "./run-text.ts";

/** The numbers behind the bars, the newest first. */
export function RunTable({
  runs,
  clock,
  now,
}: {
  readonly runs: readonly Run[];
  readonly clock: Clock;
  readonly now: number;
}): ReactElement {
  return (
    <div className="max-h-60 overflow-auto">
      <table className="w-full text-small">
        <thead>
          <tr className="text-left text-ink-3">
            <th scope="col">Task time</th>
            <th scope="col">Status</th>
            <th scope="col">Created</th>
            <th scope="col" className="text-right">
              Run
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.toReversed().map((run) => (
            <tr key={run.record_id} className="h-(--row) border-t border-line">
              <th scope="row" className="text-left font-mono font-normal">
                <a href={`/tasks/${run.record_id}`} className="hover:underline">
                  {taskTimeOf(run) ?? NOTHING}
                </a>
              </th>
              <td>
                <StatusWord status={statusOf(run)} />
              </td>
              <td>{run.created === null ? NOTHING : clock.moment(Date.parse(run.created), now)}</td>
              <td className="text-right">{ranText(ranOf(run, now))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
