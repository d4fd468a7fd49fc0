import type { ReactElement } from "react";
import { RelativeTime } from "../components/relative-time.tsx";
import { count } from "../services/format.ts";
import { phaseText } from "./phases/act-on-phases.ts";
import type { Selection } from "./ask.ts";
import { useKinds } from "./use-kinds.ts";

const SHOWN = 6;

/** What the selection consists of, and how each kind fares now. */
export function KindCounts({ selection }: { readonly selection: Selection }): ReactElement | null {
  const kinds = useKinds(selection);
  if (kinds.length === 0) return null;
  const most = Math.max(...kinds.map(({ records }) => records));
  const left = kinds.slice(SHOWN);
  return (
    <table className="w-full text-small">
      <caption className="sr-only">Records by type and job</caption>
      <tbody className="*:border-t *:border-line last:*:last:border-b">
        {kinds.slice(0, SHOWN).map(({ records, last, ...kind }) => (
          <tr key={phaseText(kind)} className="h-6.5">
            <th scope="row" className="max-w-50 truncate pr-3 text-left font-normal">
              {phaseText(kind)}
            </th>
            <td className="pr-3 text-right">{count(records)}</td>
            <td className="w-[30%] pr-3 max-[720px]:hidden" aria-hidden="true">
              <Bar share={records / most} />
            </td>
            <td className={last?.isFailed === true ? "text-error-text" : "text-ink-2"}>
              {last !== null && (
                <>
                  {last.words}, <RelativeTime at={last.at} />
                </>
              )}
            </td>
          </tr>
        ))}
        {left.length > 0 && (
          <tr className="h-6.5 text-ink-3">
            <td colSpan={4}>
              and {count(left.reduce((sum, { records }) => sum + records, 0))} of {count(left.length)} more
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Bar({ share }: { readonly share: number }): ReactElement {
  return (
    <svg width="100%" height="6" className="block">
      <rect width="100%" height="6" rx="1" fill="var(--surface-4)" />
      <rect width={`${share * 100}%`} height="6" rx="1" fill="var(--chart-1)" />
    </svg>
  );
}
