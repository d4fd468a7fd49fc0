import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { StatusWord } from "../../../components/mark.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { ago, type Clock, count, NOTHING, successShare } from "../../../services/format.ts";
import type { FileFigures, WorkflowFile } from "../workflows-queries.ts";
import { countsText, DayStrip } from "./day-strip.tsx";
import { OF_ONE_FILE } from "../search.ts";
import { stateOf } from "./file-state.ts";

export const ROW =
  "grid grid-cols-[minmax(140px,1fr)_60px_minmax(0,190px)_92px_64px_104px_104px_170px] items-center max-[1024px]:grid-cols-[minmax(140px,1fr)_60px_minmax(0,170px)_92px_64px_104px_104px] max-[720px]:grid-cols-[minmax(0,1fr)_auto] max-[720px]:px-(--gutter)";
const ONLY_WIDE = "max-[1024px]:hidden";
const NO_PHONE = "max-[720px]:hidden";

export const COLUMNS: readonly { readonly name: string; readonly isNumber?: boolean; readonly className?: string }[] = [
  { name: "Workflow file" },
  { name: "Phases", isNumber: true },
  { name: "Issues" },
  { name: "Last loaded" },
  { name: "Version", isNumber: true },
  { name: "Next tick" },
  { name: "Success, 24 h", isNumber: true },
  { name: "Last 14 days", className: ONLY_WIDE },
];

interface Props {
  readonly file: WorkflowFile;
  /** Undefined: not loaded yet, or the file has no phases in force. */
  readonly figures: FileFigures | undefined;
  readonly clock: Clock;
  readonly now: number;
  readonly index: number;
  /** In CSS pixels from the top of the list. */
  readonly start: number;
  readonly height: number;
  readonly isAt: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

export function FileRow(props: Props): ReactElement {
  const { file, figures, clock, now, index, start, height, isAt, isChosen, onChoose } = props;
  const { path } = file;
  const { status, words } = stateOf(file);
  const next = figures?.next_at ?? null;
  return (
    <div
      role="row"
      id={`workflow-file-${index}`}
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      onClick={onChoose}
      ref={(element) => {
        element?.style.setProperty("transform", `translateY(${start}px)`);
        element?.style.setProperty("height", `${height}px`);
      }}
      className={`${ROW} absolute top-0 left-0 w-full cursor-pointer border-b border-line hover:bg-surface-3 aria-selected:bg-accent-weak max-[720px]:content-center max-[720px]:gap-y-1 ${isAt ? "shadow-[inset_2px_0_var(--accent)]" : ""}`}
    >
      <span role="gridcell" className="truncate-head px-2 pl-(--gutter) font-mono max-[720px]:px-0" title={path}>
        <Link
          to="."
          search={(before) => ({ ...before, file: path, ...OF_ONE_FILE })}
          resetScroll={false}
          tabIndex={-1}
          dir="ltr"
          className="hover:underline"
          activeProps={{}}
          onClick={(event) => event.stopPropagation()}
        >
          {path}
        </Link>
      </span>
      <span role="gridcell" className={`px-2 text-right ${NO_PHONE}`}>
        {file.phases === 0 ? <span className="text-ink-3">0</span> : count(file.phases)}
      </span>
      <span
        role="gridcell"
        className="flex min-w-0 overflow-hidden px-2 max-[720px]:col-start-1 max-[720px]:row-start-2 max-[720px]:px-0"
        title={words}
      >
        {status === null ? (
          <span className="text-ink-3">{words}</span>
        ) : (
          <StatusWord status={status}>{words}</StatusWord>
        )}
      </span>
      <span role="gridcell" className={`truncate px-2 ${NO_PHONE}`}>
        <RelativeTime at={file.loaded_at} />
      </span>
      <span role="gridcell" className={`px-2 text-right ${NO_PHONE}`} title={versionTitle(file)}>
        {versionText(file)}
      </span>
      <span
        role="gridcell"
        className="truncate px-2 max-[720px]:col-start-2 max-[720px]:row-start-1 max-[720px]:px-0 max-[720px]:text-right"
      >
        {next === null ? (
          <span className="text-ink-3">{NOTHING}</span>
        ) : (
          <time dateTime={next} title={`${ago(Date.parse(next), now)}, ${clock.zone}`}>
            {clock.minute(Date.parse(next), now)}
          </time>
        )}
      </span>
      <span
        role="gridcell"
        className="px-2 text-right max-[1024px]:pr-(--gutter) max-[720px]:col-start-2 max-[720px]:row-start-2 max-[720px]:px-0"
      >
        <Success day={figures?.day ?? null} />
      </span>
      <span role="gridcell" className={`px-2 pr-(--gutter) ${ONLY_WIDE}`}>
        <DayStrip days={figures?.days ?? null} now={now} />
      </span>
    </div>
  );
}

/** Red where tasks failed; what has not ended yet is not counted. */
function Success({ day }: { readonly day: FileFigures["day"] }): ReactElement {
  const failed = day === null ? 0 : day.error + day.alert;
  const text = day === null ? null : successShare(day.complete + day.warn, failed);
  if (day === null || text === null) return <span className="text-ink-3">{NOTHING}</span>;
  return (
    <span className={failed > 0 ? "text-error-text" : ""} title={`${countsText(day)}, in 24 h`}>
      {text}
    </span>
  );
}

function versionText({ version, versions }: WorkflowFile): string {
  if (version === versions) return count(versions);
  return `${version === 0 ? NOTHING : count(version)} of ${count(versions)}`;
}

function versionTitle({ version, versions }: WorkflowFile): string {
  const read = `${count(versions)} version${versions === 1 ? "" : "s"} read`;
  return version === 0 ? `${read}, none in force` : `${read}, number ${count(version)} in force`;
}
