import { type ReactElement, useMemo } from "react";
import { compareTexts, type ComparedLine } from "../../../../components/diff/compare-texts.ts";

interface Props {
  readonly before: unknown;
  readonly after: unknown;
}

/** What was there and what was asked for, side by side; what was changed is tinted, changed letters are underlined. */
export function BeforeAfter({ before, after }: Props): ReactElement {
  const { before: old, after: now } = useMemo(() => compareTexts(textOf(before), textOf(after)), [before, after]);
  const isBoth = old.length > 0 && now.length > 0;
  if (old.length === 0 && now.length === 0)
    return <p className="text-small text-ink-2">The entry has neither what was there before nor what was asked for.</p>;
  return (
    <div className="grid grid-cols-2 gap-4 max-[720px]:grid-cols-1">
      {old.length > 0 && <Side title="Before" lines={old} tint={isBoth ? "error" : null} />}
      {now.length > 0 && <Side title={isBoth ? "After" : "Asked for"} lines={now} tint={isBoth ? "complete" : null} />}
    </div>
  );
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : JSON.stringify(value, null, 2);
}

interface SideProps {
  readonly title: string;
  readonly lines: readonly ComparedLine[];
  readonly tint: "error" | "complete" | null;
}

function Side({ title, lines, tint }: SideProps): ReactElement {
  return (
    <section className="min-w-0">
      <h3 className="text-small text-ink-3">{title}</h3>
      <pre
        data-status={tint ?? "none"}
        tabIndex={0}
        aria-label={title}
        className="mt-1 max-h-80 overflow-auto rounded-control border border-line-2 bg-surface-2 py-1 font-mono text-small leading-5"
      >
        {lines.map((line) => (
          <div
            key={line.number}
            className={`flex w-max min-w-full ${line.isChanged && tint !== null ? "bg-(--tint)" : ""}`}
          >
            <span className="w-9 shrink-0 pr-2.5 text-right text-ink-3 select-none">{line.number}</span>
            <code>
              <Letters line={line} isMarked={tint !== null} />
            </code>
          </div>
        ))}
      </pre>
    </section>
  );
}

function Letters({
  line: { text, mark },
  isMarked,
}: {
  readonly line: ComparedLine;
  readonly isMarked: boolean;
}): ReactElement {
  if (!isMarked || mark === null || mark[0] === mark[1]) return <>{text}</>;
  return (
    <>
      {text.slice(0, mark[0])}
      <b className="font-semibold underline underline-offset-3">{text.slice(mark[0], mark[1])}</b>
      {text.slice(mark[1])}
    </>
  );
}
