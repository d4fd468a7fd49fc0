import { type KeyboardEvent, type ReactElement, useId, useRef, useState } from "react";
import { Icon } from "../../../components/icon.tsx";
import type { Clock } from "../../../services/format.ts";
import { type Completion, completionsOf, type Known, typedWord } from "./completion.ts";
import { CompletionMenu } from "./completion-menu.tsx";
import { TermPill } from "./pill.tsx";
import { both, mistakeIn, splitTerms, without } from "./terms.ts";

interface Props {
  readonly query: string;
  readonly known: Known;
  readonly clock: Clock;
  readonly now: number;
  readonly onSearch: (query: string) => void;
}

/** The query: each condition a pill, and behind them what is typed, which the server's own parser reads as it grows. */
export function QueryField({ query, known, clock, now, onSearch }: Props): ReactElement {
  const [text, setText] = useState("");
  const [shown, setShown] = useState(query);
  /** What the address will be without the pill whose text is changed; null: none is. */
  const [rest, setRest] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const [cursor, setCursor] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const menu = useId();
  if (shown !== query) {
    // Another address: by Back, a facet, a bar.
    setShown(query);
    if (query !== rest) setText("");
  }
  const word = typedWord(text, cursor);
  const completions = isOpen ? completionsOf(word, known) : [];
  const whole = both(query, text);
  const mistake = text.trim() === "" ? null : (mistakeIn(text) ?? mistakeIn(whole));
  const terms = splitTerms(query);

  const type = (next: string, at: number): void => {
    setText(next);
    setCursor(at);
    setChosen(-1);
    setOpen(true);
  };
  const take = (completion: Completion): void => {
    const from = cursor - word.length;
    // A value is complete, a field waits for one.
    const taken = /[:.]$/.test(completion.text) ? completion.text : `${completion.text} `;
    type(text.slice(0, from) + taken + text.slice(cursor).trimStart(), from + taken.length);
    input.current?.focus();
  };
  const edit = (term: string): void => {
    const others = without(query, term);
    onSearch(others);
    setRest(others);
    type(term, term.length);
    setOpen(false);
    input.current?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    const option = completions[Math.max(0, chosen)];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (!isOpen) setOpen(true);
      setChosen(Math.min(completions.length - 1, Math.max(-1, chosen + by)));
    } else if (event.key === "Tab" && !event.shiftKey && option !== undefined && word !== "") take(option);
    else if (event.key === "Enter" && chosen >= 0 && option !== undefined) take(option);
    else if (event.key === "Escape") {
      if (isOpen) setOpen(false);
      else input.current?.blur();
    } else if (event.key === "Backspace" && text === "" && terms.length > 0) edit(terms.at(-1) ?? "");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form
      role="search"
      className="relative min-w-0 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        setOpen(false);
        if (mistake === null && text.trim() !== "") onSearch(whole);
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false);
      }}
    >
      <div className="flex min-h-8 flex-wrap items-center gap-x-1.5 gap-y-1 rounded-control border border-line-control bg-surface px-2 py-1 focus-within:border-accent focus-within:shadow-[0_0_0_1px_var(--accent)]">
        <span className="text-ink-3">
          <Icon name="search" size={14} />
        </span>
        {terms.map((term, index) => (
          <TermPill
            key={`${index} ${term}`}
            term={term}
            clock={clock}
            now={now}
            onEdit={() => edit(term)}
            onRemove={() => onSearch(without(query, term))}
          />
        ))}
        <input
          id="search"
          ref={input}
          value={text}
          role="combobox"
          aria-label="Search tasks"
          aria-expanded={completions.length > 0}
          aria-controls={menu}
          aria-autocomplete="list"
          aria-activedescendant={chosen < 0 ? undefined : `${menu}-${chosen}`}
          aria-invalid={mistake !== null}
          aria-describedby="query-note"
          placeholder={
            terms.length === 0 ? "type: result: created: meta.file: or words of info, meta and message" : "and …"
          }
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          className="h-5.5 min-w-24 flex-1 basis-40 bg-transparent font-mono text-small outline-none"
          onChange={({ target }) => type(target.value, target.selectionStart ?? target.value.length)}
          onSelect={({ currentTarget }) => setCursor(currentTarget.selectionStart ?? 0)}
          onClick={() => setOpen(true)}
          onKeyDown={keys}
        />
        {terms.length > 0 && (
          <button
            type="button"
            className="inline-flex h-6 items-center px-1 text-small text-ink-2 hover:text-ink"
            onClick={() => onSearch("")}
          >
            Clear
          </button>
        )}
        <kbd className="rounded-[3px] bg-surface-3 px-1.5 font-mono text-micro text-ink-2 max-[720px]:hidden">/</kbd>
      </div>
      <CompletionMenu id={menu} completions={completions} chosen={chosen} onTake={take} />
      <p id="query-note" role="status" className="h-4.5 truncate pt-0.5 text-small text-error-text">
        {mistake !== null && (
          <>
            <code className="mr-2 bg-error-weak px-1 font-mono">
              {text.slice(mistake.offset, mistake.offset + mistake.length) || text.trim()}
            </code>
            <span title={mistake.message}>{mistake.message}</span>
          </>
        )}
      </p>
    </form>
  );
}
