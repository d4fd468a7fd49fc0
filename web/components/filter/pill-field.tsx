import { type ReactElement, useId, useState } from "react";
import { Icon } from "../icon.tsx";
import { Pill } from "../pill.tsx";

interface Props {
  readonly label: string;
  readonly placeholder: string;
  /** The conditions that hold, as they are typed. */
  readonly terms: readonly string[];
  /** What is offered while one types. */
  readonly offers: readonly string[];
  readonly onRemove: (index: number) => void;
  /** What is wrong with what was typed; empty: nothing, and it holds now. */
  readonly onAdd: (text: string) => string;
}

/** The conditions as pills, and a field to add one. */
export function PillField({ label, placeholder, terms, offers, onRemove, onAdd }: Props): ReactElement {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const list = useId();
  const add = (): void => {
    const wrong = onAdd(text);
    setProblem(wrong);
    if (wrong === "") setText("");
  };
  return (
    <form
      role="search"
      aria-label={label}
      className="min-w-0 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") add();
      }}
    >
      <div className="flex min-h-(--control) flex-wrap items-center gap-1.5 rounded-control border border-line-control bg-surface px-2 py-0.5 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
        <Icon name="search" size={14} />
        {terms.map((term, index) => (
          <Pill key={term} removeLabel={`Remove ${term}`} onRemove={() => onRemove(index)}>
            {term}
          </Pill>
        ))}
        <input
          id="search"
          value={text}
          list={list}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Backspace" && text === "" && terms.length > 0) onRemove(terms.length - 1);
          }}
          aria-label={label}
          aria-invalid={problem !== ""}
          placeholder={terms.length === 0 ? placeholder : ""}
          spellCheck={false}
          autoComplete="off"
          className="h-6 min-w-30 flex-1 font-mono text-small outline-none"
        />
        <datalist id={list}>
          {offers.map((term) => (
            <option key={term}>{term}</option>
          ))}
        </datalist>
      </div>
      <p role="status" className="text-small text-error-text empty:hidden">
        {problem}
      </p>
    </form>
  );
}
