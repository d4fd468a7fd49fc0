import { type ReactElement, useMemo } from "react";
import { type DiffLine, type DiffRow, diffRows } from "./diff-rows.ts";

interface Props {
  /** "Version 12 and version 13" */
  readonly label: string;
  readonly lines: readonly DiffLine[];
}

/** Two texts side by side, on a phone one below the other: changed lines are tinted, changed letters underlined. */
export function DiffView({ label, lines }: Props): ReactElement {
  const rows = useMemo(() => diffRows(lines), [lines]);
  return (
    <ol aria-label={label} className="font-mono text-small leading-5">
      {rows.map((row, at) => (
        <Row key={at} row={row} />
      ))}
    </ol>
  );
}

function Row({ row: { before, after, isSame, isAfterGap } }: { readonly row: DiffRow }): ReactElement {
  return (
    <li
      className={`grid grid-cols-2 max-[720px]:grid-cols-1 ${isAfterGap ? "mt-1 border-t border-line-2 pt-1 first:mt-0 first:border-t-0 first:pt-0" : ""}`}
    >
      <Half side={before} kind={isSame ? "same" : "removed"} />
      <Half side={after} kind={isSame ? "again" : "added"} />
    </li>
  );
}

const KINDS = {
  same: { status: "none", sign: "", word: "" },
  /** What the other side says already. */
  again: { status: "none", sign: "", word: "" },
  removed: { status: "error", sign: "−", word: "removed " },
  added: { status: "complete", sign: "+", word: "added " },
} as const;

function Half({ side, kind }: { readonly side: DiffRow["before"]; readonly kind: keyof typeof KINDS }): ReactElement {
  if (side === null) return <span aria-hidden className="bg-surface-2 max-[720px]:hidden" />;
  const { status, sign, word } = KINDS[kind];
  const { number, text, mark } = side;
  return (
    <span
      data-status={status}
      aria-hidden={kind === "again" ? true : undefined}
      className={`flex min-w-0 ${word === "" ? "" : "bg-(--tint)"} ${kind === "again" ? "max-[720px]:hidden" : ""}`}
    >
      <span className="w-10 shrink-0 pr-2 text-right text-ink-3 select-none">{number}</span>
      <span aria-hidden className="w-4 shrink-0 text-ink-3 select-none">
        {sign}
      </span>
      <code className="min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {word !== "" && <span className="sr-only">{word}</span>}
        {mark === null ? (
          text
        ) : (
          <>
            {text.slice(0, mark[0])}
            <b className="font-semibold underline underline-offset-3">{text.slice(...mark)}</b>
            {text.slice(mark[1])}
          </>
        )}
        {"\n"}
      </code>
    </span>
  );
}
