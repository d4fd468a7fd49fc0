import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Icon } from "../../../components/icon.tsx";
import type { GridRow } from "./grid-rows.ts";

interface Props {
  readonly rows: readonly GridRow[];
  readonly labels: number;
  readonly height: number;
  /** The row that is read. */
  readonly read: string | null;
  readonly onFold: (phase: number) => void;
}

/** The names of the rows, which stay where cells are scrolled sideways. */
export function RowLabels({ rows, labels, height, read, onFold }: Props): ReactElement {
  return (
    <div className="sticky left-0 z-1 bg-surface" style={{ width: labels, height }}>
      {rows.map(({ key, phase, label, isTask, isFoldable, isFolded, top, height: tall }) => (
        <div
          key={key}
          className={`absolute left-0 flex w-full items-center pr-2 ${key === read ? "font-medium text-ink" : ""}`}
          style={{ top, height: tall }}
        >
          {isTask ? (
            <span className="truncate pl-7 font-mono leading-none text-ink-3 max-[720px]:pl-5" title={label}>
              {label}
            </span>
          ) : (
            <>
              {isFoldable ? (
                <button
                  type="button"
                  aria-expanded={isFolded}
                  aria-label={`Tasks of ${label}`}
                  title={isFolded ? "Hide its tasks" : "A row for each of its tasks"}
                  className="-my-1 flex size-6 shrink-0 items-center justify-center text-ink-3 hover:text-ink max-[720px]:w-5"
                  onClick={() => onFold(phase.phase_id)}
                >
                  <Icon name={isFolded ? "down" : "right"} size={11} />
                </button>
              ) : (
                <span className="w-6 shrink-0 max-[720px]:w-5" />
              )}
              <Link
                to="."
                search={(before) => ({ ...before, phase: phase.phase_id, slot: undefined })}
                resetScroll={false}
                className="truncate text-small leading-5 text-ink hover:underline"
                activeProps={{}}
                title={label}
              >
                {label}
              </Link>
            </>
          )}
        </div>
      ))}
    </div>
  );
}
