import { type ReactElement, type RefObject, useId, useMemo } from "react";
import { withThings } from "../../../../components/decision-text.tsx";
import type { Issue } from "../source-queries.ts";
import { TomlLine } from "../toml-line.tsx";
import { tomlLines } from "../toml-tokens.ts";

interface Props {
  readonly label: string;
  readonly text: string;
  readonly issues: readonly Issue[];
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onChange: (text: string) => void;
}

/**
 * A field that is as large as its text, over the same text in colours. A line with an issue is tinted, and says behind its end what
 * is wrong. Tab leaves the field.
 */
export function TomlField({ label, text, issues, field, onChange }: Props): ReactElement {
  const hint = useId();
  const lines = useMemo(() => tomlLines(text), [text]);
  const at = useMemo(
    () => Map.groupBy(issues, ({ line }) => Math.min(Math.max(1, line), lines.length)),
    [issues, lines.length],
  );
  return (
    <div className="overflow-x-auto py-1.5 font-mono text-small leading-5">
      <div className="grid w-max min-w-full grid-cols-1">
        <div aria-hidden className="col-start-1 row-start-1">
          {lines.map((tokens, index) => {
            const own = at.get(index + 1) ?? [];
            const status = own.some(({ severity }) => severity === "error") ? "error" : "warn";
            return (
              <div
                key={index}
                data-status={status}
                className={`flex h-5 pl-(--gutter) whitespace-pre max-[720px]:pl-1 ${own.length > 0 ? "bg-(--tint)" : ""}`}
              >
                <span
                  className={`mr-3 w-9 shrink-0 text-right select-none ${own.length > 0 ? "font-semibold text-(--word)" : "text-ink-3"}`}
                >
                  {index + 1}
                </span>
                <code>
                  <TomlLine tokens={tokens} />
                </code>
                {own[0] !== undefined && (
                  <span className="ml-6 pr-3 font-sans text-(--word) select-none">{withThings(own[0].message)}</span>
                )}
              </div>
            );
          })}
        </div>
        <textarea
          ref={field}
          aria-label={label}
          aria-describedby={hint}
          aria-invalid={issues.some(({ severity }) => severity === "error")}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          wrap="off"
          value={text}
          onChange={({ target }) => onChange(target.value)}
          className="col-start-1 row-start-1 size-full resize-none overflow-hidden bg-transparent pr-0 pl-[calc(var(--gutter)+48px)] whitespace-pre text-transparent caret-(--ink) selection:bg-accent selection:text-on-accent max-[720px]:pl-13"
        />
      </div>
      <p id={hint} className="sr-only">
        Tab leaves the field. What is wrong with the text is said below it.
      </p>
    </div>
  );
}
