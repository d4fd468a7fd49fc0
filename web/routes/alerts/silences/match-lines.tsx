import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { MATCHED, type MatchedList, type MatchLine } from "./scope.ts";

interface Props {
  readonly lines: readonly MatchLine[];
  readonly onLines: (lines: readonly MatchLine[]) => void;
}

const INPUT =
  "h-(--control) min-w-0 rounded-control border border-line-control bg-surface px-2 font-mono text-small text-ink";

/** What the alerts must be, a line each. */
export function MatchLines({ lines, onLines }: Props): ReactElement {
  const set = (index: number, change: Partial<MatchLine>): void =>
    onLines(lines.map((line, at) => (at === index ? { ...line, ...change } : line)));
  const isOnly = lines.some(({ of }) => of === "only");
  const free = (Object.keys(MATCHED) as MatchedList[]).filter((of) => lines.every((line) => line.of !== of));
  return (
    <fieldset className="grid gap-1.5">
      <legend className="pb-1 text-small text-ink-2">Matches all of</legend>
      {lines.map((line, index) => (
        <div key={index} className="grid grid-cols-[68px_16px_minmax(0,1fr)_28px] items-center gap-1.5 text-small">
          {line.of === "label" ? (
            <input
              className={INPUT}
              aria-label="Key of the meta"
              placeholder="meta key"
              value={line.key}
              onChange={(event) => set(index, { key: event.target.value })}
            />
          ) : (
            <code className="truncate font-mono">{line.of === "only" ? "alert" : MATCHED[line.of]}</code>
          )}
          <span className="text-ink-3">is</span>
          {line.of === "only" ? (
            <span className="font-mono">{line.value}</span>
          ) : (
            <input
              className={INPUT}
              aria-label={line.of === "label" ? `Value of ${line.key || "the key"}` : `Value of ${MATCHED[line.of]}`}
              value={line.value}
              spellCheck={false}
              onChange={(event) => set(index, { value: event.target.value })}
            />
          )}
          <Button
            kind="icon"
            aria-label={`Remove ${line.of === "label" ? line.key : line.of === "only" ? "alert" : MATCHED[line.of]}`}
            onClick={() => onLines(lines.filter((_, at) => at !== index))}
          >
            <Icon name="close" size={14} />
          </Button>
        </div>
      ))}
      {!isOnly && (
        <label className="flex items-center gap-1.5 text-small text-ink-2">
          <Icon name="plus" size={14} />
          <span className="sr-only">Add what must match</span>
          <select
            value=""
            className="h-(--control) rounded-control border border-line-2 bg-surface px-1"
            onChange={(event) => {
              const of = event.target.value as MatchLine["of"] | "";
              if (of !== "") onLines([...lines, { of, key: "", value: "" }]);
            }}
          >
            <option value="">Add…</option>
            {free.map((of) => (
              <option key={of} value={of}>
                {MATCHED[of]}
              </option>
            ))}
            <option value="label">a key of the meta</option>
          </select>
          <span className="text-ink-3">* is any text, commas separate</span>
        </label>
      )}
    </fieldset>
  );
}
