import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { count, NOTHING } from "../../../services/format.ts";
import type { Lane } from "./lane.ts";

const PAGE = 100;

/** What the lanes show, as numbers. */
export function LanesTable({ lanes }: { readonly lanes: readonly Lane[] }): ReactElement {
  const [shown, setShown] = useState(PAGE);
  return (
    <div className="max-h-120 overflow-auto" tabIndex={0} role="region" aria-label="Ticks by phase">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>Phase</Head>
            <Head>Workflow</Head>
            <Head>Schedule</Head>
            <Head>Zone</Head>
            <Head isNumber>Ticks</Head>
            <Head isNumber>Tasks made</Head>
            <Head isNumber>Failed</Head>
          </tr>
        </thead>
        <tbody>
          {lanes.slice(0, shown).map(({ phase, name, ticks, tasks, failed }) => (
            <tr key={phase.phase_id}>
              <th scope="row" className="border-b border-line px-2 text-left font-normal whitespace-nowrap">
                {name}
              </th>
              <td className="whitespace-nowrap text-ink-2">{phase.workflow}</td>
              <td className="font-mono whitespace-nowrap">{phase.cron}</td>
              <td className="whitespace-nowrap">{phase.zone}</td>
              <td className="text-right">{count(ticks)}</td>
              <td className="text-right">{phase.results === null ? NOTHING : count(tasks)}</td>
              <td className={`text-right ${failed === 0 ? "text-ink-3" : "text-error-text"}`}>
                {phase.results === null ? NOTHING : count(failed)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lanes.length > shown && (
        <Button kind="bare" className="text-accent!" onClick={() => setShown(shown + PAGE)}>
          Show more of {count(lanes.length)} phases
        </Button>
      )}
    </div>
  );
}
