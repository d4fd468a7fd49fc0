import { memo, type ReactElement } from "react";
import { hitsOf, spansOf } from "./ansi.ts";

interface Props {
  /** From 0. */
  readonly row: number;
  /** Null: it is loaded. */
  readonly text: string | null;
  readonly find: string;
  readonly isCurrent: boolean;
  readonly isWrapped: boolean;
  readonly onRow: (row: number) => void;
}

/** Its number is no part of what is copied; a click on it makes it the row of the address. */
export const LogRow = memo(function LogRow({ row, text, find, isCurrent, isWrapped, onRow }: Props): ReactElement {
  return (
    <div className={`flex min-h-4.5 px-(--gutter) leading-4.5 ${isCurrent ? "bg-surface-3" : ""}`}>
      <button
        type="button"
        tabIndex={-1}
        title="Link to this line"
        onClick={() => onRow(row)}
        className="mr-3 min-w-10 shrink-0 self-start text-right leading-4.5 text-ink-3 select-none hover:text-ink"
      >
        {row + 1}
      </button>
      <span
        className={isWrapped ? "min-w-0 break-words whitespace-pre-wrap [overflow-wrap:anywhere]" : "whitespace-pre"}
      >
        {text !== null &&
          hitsOf(spansOf(text), find).map((piece, at) =>
            piece.isHit ? (
              <mark
                key={at}
                className={`bg-accent-weak text-inherit ${piece.style} ${isCurrent ? "outline outline-accent" : ""}`}
              >
                {piece.text}
              </mark>
            ) : (
              <span key={at} className={piece.style}>
                {piece.text}
              </span>
            ),
          )}
        {"\n"}
      </span>
    </div>
  );
});
