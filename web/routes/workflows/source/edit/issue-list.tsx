import type { ReactElement, RefObject } from "react";
import { StatusWord } from "../../../../components/mark.tsx";
import { IssueNote } from "../issue-note.tsx";
import type { Issue } from "../source-queries.ts";

interface Props {
  readonly issues: readonly Issue[];
  /** The text was checked. */
  readonly isKnown: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** What is wrong with the text that is typed; a click goes to the place in it. */
export function IssueList({ issues, isKnown, field }: Props): ReactElement {
  return (
    <section
      aria-label="Issues"
      aria-live="polite"
      className="sticky bottom-0 max-h-60 overflow-y-auto border-t border-line bg-surface px-(--gutter) py-2 max-[720px]:static max-[720px]:max-h-none"
    >
      {isKnown && issues.length === 0 && <StatusWord status="complete">No issues.</StatusWord>}
      <ol className="grid gap-1">
        {issues.map((issue, at) => (
          <li key={at} className="flex items-start gap-2">
            <div className="min-w-0 flex-1">
              <IssueNote issue={issue} />
            </div>
            <button
              type="button"
              className="min-h-6 shrink-0 text-small text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
              onClick={() => goTo(field.current, issue)}
            >
              Go to line {issue.line}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The caret stands there then. */
function goTo(field: HTMLTextAreaElement | null, { line, column }: Issue): void {
  if (field === null) return;
  const lines = field.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const at = Math.min(field.value.length, before + Math.max(0, column - 1));
  field.focus();
  field.setSelectionRange(at, at);
  const top = field.getBoundingClientRect().top + window.scrollY;
  window.scrollTo({ top: top + (line - 1) * LINE_PX - window.innerHeight / 3 });
}

const LINE_PX = 20;
