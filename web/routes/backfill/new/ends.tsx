import type { ReactElement } from "react";
import { SlotSwatch } from "../../../components/slots/slot-mark.tsx";
import { Head, TABLE } from "../../../components/table.tsx";
import { taskTimeText } from "../../../services/alert-words.ts";
import { count } from "../../../services/format.ts";
import type { Draft, PreviewSlot } from "../backfill-queries.ts";
import { CsvButton } from "./csv-button.tsx";
import { LOOKS } from "./looks.ts";
import { ENDS, type Preview } from "./use-preview.ts";

interface Props {
  readonly draft: Draft;
  readonly preview: Preview;
}

/** The first and the last tasks that are made, and the way to the whole list. */
export function Ends({ draft, preview }: Props): ReactElement {
  const { first, last, selected, isWhole } = preview;
  const between = selected - first.length - last.length;
  return (
    <section aria-label="First and last" className="min-w-0 self-start rounded-control border border-line-2">
      <div className="flex min-h-9 items-center gap-2 px-3">
        <h3 className="font-semibold">First and last</h3>
        {isWhole && selected > 0 && <CsvButton key={JSON.stringify(draft)} draft={draft} total={selected} />}
      </div>
      <table className={`${TABLE} [&_tr:last-child_td]:border-b-0`}>
        <thead>
          <tr>
            <Head isNumber>No.</Head>
            <Head>Task time</Head>
            <Head>Class</Head>
          </tr>
        </thead>
        <tbody>
          {first.map((slot, index) => (
            <Row key={index} number={index + 1} slot={slot} />
          ))}
          {isWhole ? (
            <>
              {between > 0 && (
                <tr>
                  <td colSpan={3} className="pl-12! text-ink-3">
                    {count(between)} more, {draft.order} first
                  </td>
                </tr>
              )}
              {last.map((slot, index) => (
                <Row key={ENDS + index} number={selected - last.length + index + 1} slot={slot} />
              ))}
            </>
          ) : (
            <tr>
              <td colSpan={3} className="pl-12! text-ink-3">
                more are counted
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

function Row({ number, slot }: { readonly number: number; readonly slot: PreviewSlot }): ReactElement {
  const look = LOOKS.find(({ kind }) => kind === slot.class);
  return (
    <tr title={slot.info}>
      <td className="text-right text-ink-3">{count(number)}</td>
      <td className="font-mono">{slot.task_time === null ? slot.info : taskTimeText(slot.task_time)}</td>
      <td>
        <span className="inline-flex items-center gap-1.5">
          {look !== undefined && <SlotSwatch state={look.state} />}
          {slot.class === "exists" ? "exists" : slot.class}
        </span>
      </td>
    </tr>
  );
}
