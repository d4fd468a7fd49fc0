import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { StatusWord } from "../../../components/mark.tsx";
import { count } from "../../../services/format.ts";
import type { WorkflowFile } from "../workflows-queries.ts";
import { OF_ONE_FILE } from "../search.ts";
import { stateOf } from "./file-state.ts";

export const ROW =
  "grid grid-cols-[minmax(0,1fr)_64px_minmax(0,190px)_110px] items-center max-[720px]:grid-cols-[minmax(0,1fr)_auto] max-[720px]:px-(--gutter)";

export const COLUMNS: readonly { readonly name: string; readonly isNumber?: boolean }[] = [
  { name: "Workflow file" },
  { name: "Phases", isNumber: true },
  { name: "Issues" },
  { name: "Last loaded" },
];

interface Props {
  readonly file: WorkflowFile;
  readonly index: number;
  /** In CSS pixels from the top of the list. */
  readonly start: number;
  readonly height: number;
  readonly isAt: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

export function FileRow({ file, index, start, height, isAt, isChosen, onChoose }: Props): ReactElement {
  const { path } = file;
  const { status, words } = stateOf(file);
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
      className={`${ROW} absolute top-0 left-0 w-full cursor-pointer border-b border-line hover:bg-surface-3 aria-selected:bg-accent-weak ${isAt ? "shadow-[inset_2px_0_var(--accent)]" : ""}`}
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
      <span role="gridcell" className="px-2 text-right max-[720px]:px-0">
        {count(file.phases)}
        <span className="text-ink-3 min-[721px]:hidden"> phase{file.phases === 1 ? "" : "s"}</span>
      </span>
      <span role="gridcell" className="truncate px-2 max-[720px]:px-0" title={words}>
        {status === null ? (
          <span className="text-ink-3">{words}</span>
        ) : (
          <StatusWord status={status}>{words}</StatusWord>
        )}
      </span>
      <span role="gridcell" className="truncate px-2 pr-(--gutter) max-[720px]:px-0 max-[720px]:text-right">
        <RelativeTime at={file.loaded_at} />
      </span>
    </div>
  );
}
