import { type ReactElement, useState } from "react";
import { parseTaskQuery } from "../../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../../src/contract/query/task-query-values.ts";
import { TaskQueryError } from "../../../src/contract/query/task-query.ts";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";

interface Props {
  readonly query: string;
  readonly onSearch: (query: string) => void;
}

interface Mistake {
  readonly sentence: string;
  readonly from: number;
  readonly to: number;
}

/** The same parser as the server's: what is wrong is marked while it is typed. */
export function QueryField({ query, onSearch }: Props): ReactElement {
  const [text, setText] = useState(query);
  const [shown, setShown] = useState(query);
  if (shown !== query) {
    // Another address: by Back, a facet, a bar.
    setShown(query);
    setText(query);
  }
  const mistake = mistakeIn(text);
  return (
    <form
      role="search"
      className="px-(--gutter) pt-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (mistake === null) onSearch(text.trim());
      }}
    >
      <div className="flex items-center gap-2">
        <label className="flex h-(--control) min-w-0 flex-1 items-center gap-2 rounded-control border border-line-control bg-surface px-2 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
          <Icon name="search" size={14} />
          <input
            id="search"
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-label="Search tasks"
            aria-invalid={mistake !== null}
            aria-describedby="query-note"
            placeholder="type:load result:error created>-2d, or words of info, meta and message"
            spellCheck={false}
            autoComplete="off"
            className="min-w-0 flex-1 font-mono text-small outline-none"
          />
        </label>
        {text !== "" && (
          <Button kind="bare" onClick={() => onSearch("")}>
            Clear
          </Button>
        )}
        <Button type="submit" disabled={mistake !== null || text.trim() === query}>
          Search
        </Button>
      </div>
      <p id="query-note" role="status" className="min-h-5 text-small text-error-text">
        {mistake !== null && (
          <>
            {mistake.sentence} <code className="font-mono">{text.slice(mistake.from, mistake.to)}</code>
          </>
        )}
      </p>
    </form>
  );
}

function mistakeIn(text: string): Mistake | null {
  try {
    // The zone moves times, and makes nothing right or wrong.
    parseTaskQuery(text, utcClock(Date.now()));
    return null;
  } catch (error) {
    if (!(error instanceof TaskQueryError)) throw error;
    const { message, offset, length } = error;
    return { sentence: message, from: offset, to: offset + length };
  }
}
