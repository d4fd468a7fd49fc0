import type { ReactElement } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Mark } from "../../../components/mark.tsx";
import { taskTimeText } from "../../../services/alert-words.ts";
import { ago, type Clock, count, NOTHING } from "../../../services/format.ts";
import type { ShownFile } from "../files-queries.ts";
import { FileDetails } from "./file-details.tsx";
import { Made, Matched } from "./outcome.tsx";

/** On a phone two lines: the path, then when, what it matched and its tasks. */
export const ROW =
  "grid grid-cols-[88px_minmax(0,1fr)_68px_118px_150px_56px_44px] [&.has-days]:grid-cols-[124px_minmax(0,1fr)_68px_118px_150px_56px_44px] items-center pr-(--gutter) pl-[calc(var(--gutter)-8px)] max-[1380px]:grid-cols-[88px_minmax(0,1fr)_68px_118px_150px_56px_0] max-[1380px]:[&.has-days]:grid-cols-[124px_minmax(0,1fr)_68px_118px_150px_56px_0] max-[720px]:grid-cols-[auto_minmax(0,1fr)_auto] max-[720px]:[&.has-days]:grid-cols-[auto_minmax(0,1fr)_auto]";

interface Props {
  readonly file: ShownFile;
  readonly clock: Clock;
  readonly now: number;
  readonly hasDays: boolean;
  readonly index: number;
  readonly start: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly isAt: boolean;
  readonly isOpen: boolean;
  readonly onPoint: () => void;
  readonly onOpen: (file: number | null) => void;
}

export function FileRow(props: Props): ReactElement {
  const { file, clock, now, hasDays, index, start, measure, isAt, isOpen, onPoint, onOpen } = props;
  const received = Date.parse(file.received_at);
  const toggle = (): void => onOpen(isOpen ? null : file.id);
  return (
    <div
      data-index={index}
      ref={(element) => {
        element?.style.setProperty("transform", `translateY(${start}px)`);
        measure(element);
      }}
      className="absolute top-0 left-0 w-full"
    >
      <div
        role="row"
        id={`file-${file.id}`}
        aria-rowindex={index + 2}
        onClick={onPoint}
        onDoubleClick={toggle}
        className={`${ROW} ${hasDays ? "has-days" : ""} min-h-(--row) border-b border-line hover:bg-surface-3 max-[720px]:min-h-(--row-touch) max-[720px]:gap-y-0.5 max-[720px]:py-1.5 ${isAt ? "shadow-[inset_2px_0_var(--accent)]" : ""}`}
      >
        <span
          role="gridcell"
          className="px-2 text-right whitespace-nowrap max-[720px]:row-start-2 max-[720px]:text-ink-2"
        >
          <time
            dateTime={file.received_at}
            title={`${clock.moment(received, now)} ${clock.zone}, ${ago(received, now)}`}
          >
            {hasDays ? clock.moment(received, now) : clock.time(received)}
          </time>
        </span>
        <span role="gridcell" className="min-w-0 px-2 max-[720px]:col-span-3 max-[720px]:row-start-1">
          <button
            type="button"
            tabIndex={-1}
            aria-label={`Details of ${file.path}`}
            aria-expanded={isOpen}
            title={file.path}
            onClick={toggle}
            className="truncate-head block min-h-6 w-full font-mono hover:underline"
          >
            <bdi dir="ltr">
              {file.notes.length > 0 && (
                <span title={file.notes[0]?.text}>
                  <Mark status="none" size={10} label="has notes" />{" "}
                </span>
              )}
              {file.path}
            </bdi>
          </button>
        </span>
        <span role="gridcell" className="px-2 text-right whitespace-nowrap text-ink-2 max-[720px]:hidden">
          {sizeText(file.size)}
        </span>
        <span role="gridcell" className="truncate px-2 font-mono max-[720px]:hidden">
          {file.task_time === null ? (
            <span className="text-ink-3">{NOTHING}</span>
          ) : (
            <span title={`${file.task_time} ${file.task_zone ?? ""}`}>{taskTimeText(file.task_time)}</span>
          )}
        </span>
        <span role="gridcell" className="flex min-w-0 overflow-hidden px-2 max-[720px]:row-start-2">
          <Matched file={file} />
        </span>
        <span role="gridcell" className="flex px-2 max-[720px]:row-start-2">
          <Made file={file} />
        </span>
        <span
          role="gridcell"
          className="overflow-hidden px-2 text-right text-ink-2 max-[1380px]:invisible max-[1380px]:px-0 max-[720px]:hidden"
        >
          {file.processing_ms === null ? NOTHING : count(Math.round(file.processing_ms))}
        </span>
      </div>
      {isOpen && <FileDetails id={file.id} clock={clock} now={now} />}
    </div>
  );
}
