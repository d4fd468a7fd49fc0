import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { StatusWord } from "../../../components/mark.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { count, duration, NOTHING } from "../../../services/format.ts";
import type { TaskTimes } from "./use-task-times.ts";
import { wallText } from "./wall-times.ts";

interface Props {
  readonly times: TaskTimes;
  readonly onChoose: (column: number) => void;
}

/** The durations as numbers, the newest first. */
export function DurationTable({ times, onChoose }: Props): ReactElement {
  const { bars, step } = times;
  return (
    <div className="max-h-80 overflow-auto" tabIndex={0} role="region" aria-label="Durations by task time">
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>Task time</Head>
            <Head isNumber>{step === "day" ? "Longest" : "Took"}</Head>
            <Head isNumber>Task times</Head>
            <Head>Worst of its tasks</Head>
          </tr>
        </thead>
        <tbody>
          {bars
            .map((bar, column) => ({ bar, column }))
            .filter(({ bar }) => bar.ms !== null)
            .toReversed()
            .map(({ bar, column }) => (
              <tr key={bar.wall}>
                <th scope="row" className="border-b border-line px-2 text-left font-normal">
                  <Button kind="bare" className="px-0! font-mono" onClick={() => onChoose(column)}>
                    {wallText(bar.wall, step)}
                  </Button>
                </th>
                <td className="text-right">
                  {bar.ms === null ? NOTHING : `${duration(bar.ms)}${bar.isOver ? "" : " so far"}`}
                </td>
                <td className="text-right">{count(bar.runs)}</td>
                <td>
                  <StatusWord status={bar.worst} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
