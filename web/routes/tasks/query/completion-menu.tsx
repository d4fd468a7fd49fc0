import type { ReactElement } from "react";
import type { Completion } from "./completion.ts";

interface Props {
  readonly id: string;
  readonly completions: readonly Completion[];
  /** -1: none. */
  readonly chosen: number;
  readonly onTake: (completion: Completion) => void;
}

/** What the word may become; the focus stays in the field. */
export function CompletionMenu({ id, completions, chosen, onTake }: Props): ReactElement {
  return (
    <div
      hidden={completions.length === 0}
      className="absolute top-9 left-0 z-6 w-[min(440px,100%)] rounded-overlay border border-line-2 bg-surface p-1.5 text-small shadow-(--shadow-overlay)"
    >
      <div id={id} role="listbox" aria-label="Completions">
        {completions.map((completion, index) => (
          <div
            key={completion.text}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className="grid cursor-pointer grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-center gap-3 rounded-control px-2 py-1 hover:bg-surface-3 aria-selected:bg-accent-weak"
            // Before the field would lose its focus.
            onPointerDown={(event) => {
              event.preventDefault();
              onTake(completion);
            }}
          >
            <code className="truncate font-mono">{completion.text}</code>
            <span className="truncate text-ink-2">{completion.note}</span>
          </div>
        ))}
      </div>
      <p className="px-2 pt-1 text-ink-3 max-[720px]:hidden">Tab takes the first, arrows choose, Enter searches</p>
    </div>
  );
}
