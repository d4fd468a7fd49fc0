import { type ReactElement, useEffect, useMemo, useRef } from "react";
import { IssueNote } from "./issue-note.tsx";
import type { Issue } from "./source-queries.ts";
import { TomlLine } from "./toml-line.tsx";
import { tomlLines } from "./toml-tokens.ts";

interface Props {
  readonly label: string;
  readonly text: string;
  readonly issues: readonly Issue[];
  /** The line of the address, from 1; null: none. */
  readonly line: number | null;
  readonly onLine: (line: number) => void;
}

/** Lines that are laid out together; of a long text those out of sight are not. */
const BLOCK = 100;
const LINE_PX = 20;

/** A text with its line numbers and colours, and below each line what is wrong with it. */
export function Code({ label, text, issues, line, onLine }: Props): ReactElement {
  // The end of the last line begins no other.
  const lines = useMemo(() => tomlLines(text.replace(/\n$/, "")), [text]);
  const at = useMemo(
    () => Map.groupBy(issues, (issue) => Math.min(Math.max(1, issue.line), lines.length)),
    [issues, lines],
  );
  const blocks = useMemo(
    () =>
      Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, block) =>
        lines.slice(block * BLOCK, (block + 1) * BLOCK),
      ),
    [lines],
  );
  return (
    <div role="group" aria-label={label} className="py-1.5 font-mono text-small leading-5">
      {blocks.map((block, first) => (
        <div
          key={first}
          className={blocks.length > 2 ? "[content-visibility:auto]" : ""}
          style={{ containIntrinsicSize: `auto ${block.length * LINE_PX}px` }}
        >
          {block.map((tokens, index) => {
            const number = first * BLOCK + index + 1;
            const own = at.get(number) ?? [];
            const status = own.some(({ severity }) => severity === "error") ? "error" : "warn";
            return (
              <div key={number}>
                {number === line && <Here />}
                <div
                  data-status={status}
                  className={`flex px-(--gutter) max-[720px]:pl-1 ${number === line ? "bg-accent-weak shadow-[inset_2px_0_var(--accent)]" : own.length > 0 ? "bg-(--tint)" : ""}`}
                >
                  <button
                    type="button"
                    tabIndex={-1}
                    title="Link to this line"
                    aria-label={`Line ${number}`}
                    aria-current={number === line ? "location" : undefined}
                    onClick={() => onLine(number)}
                    className={`mr-3 w-9 shrink-0 self-start text-right leading-5 select-none hover:text-ink ${own.length > 0 ? "font-semibold text-(--word)" : "text-ink-3"}`}
                  >
                    {number}
                  </button>
                  <code className="min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
                    <TomlLine tokens={tokens} />
                  </code>
                </div>
                {own.map((issue, each) => (
                  <div key={each} className="my-1 pr-(--gutter) pl-[calc(var(--gutter)+48px)] max-[720px]:px-2">
                    <IssueNote issue={issue} />
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

/** Brings its place into view. */
function Here(): ReactElement {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // When the text stands: else what it took the place of counts as moved.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => place.current?.scrollIntoView({ block: "center" }));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return <span ref={place} />;
}
