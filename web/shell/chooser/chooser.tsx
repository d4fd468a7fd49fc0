import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useId, useState } from "react";
import { Icon } from "../../components/icon.tsx";
import { KeyCaps } from "./key-caps.tsx";
import { Modal } from "../../components/modal.tsx";

export interface Option {
  readonly id: string;
  /** A mark or an icon. */
  readonly sign?: ReactNode;
  readonly name: string;
  /** Where the letters are that matched. */
  readonly matched: readonly number[];
  readonly context?: string | undefined;
  readonly keys?: string | undefined;
  readonly choose: () => void;
}

export interface OptionGroup {
  readonly name: string;
  readonly options: readonly Option[];
}

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly groups: readonly OptionGroup[];
  /** In the place of options where there are none. */
  readonly empty: string;
  readonly onClose: () => void;
}

/** A field, and below it what its text finds; arrows move, Enter chooses. Tab leaves only the group of what is chosen now. */
export function Chooser({ label, placeholder, text, onText, groups: all, empty, onClose }: Props): ReactElement {
  const list = useId();
  const [current, setCurrent] = useState(0);
  const [kind, setKind] = useState<string | null>(null);
  const groups = kind === null ? all : all.filter(({ name }) => name === kind);
  const narrow = (to: string | null): void => {
    setKind(to);
    setCurrent(0);
  };
  const options = groups.flatMap((group) => group.options);
  const at = Math.min(current, options.length - 1);
  const shown = options[at];
  useEffect(() => {
    if (shown !== undefined) document.getElementById(`${list}-${shown.id}`)?.scrollIntoView({ block: "nearest" });
  }, [list, shown]);
  const choose = (option: Option | undefined): void => {
    if (option === undefined) return;
    onClose();
    option.choose();
  };
  const keys = (event: KeyboardEvent): void => {
    const ofShown = groups.find((group) => group.options.some((option) => option === shown));
    const isNarrowing = event.key === "Tab" && !event.shiftKey && kind === null && groups.length > 1;
    if (isNarrowing && ofShown !== undefined) {
      event.preventDefault();
      narrow(ofShown.name);
      return;
    }
    if (event.key === "Backspace" && text === "") narrow(null);
    const last = options.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(last, at + 8),
      PageUp: Math.max(0, at - 8),
    };
    const move = moves[event.key];
    if (move === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (move === undefined) choose(shown);
    else setCurrent(move);
  };
  return (
    <Modal
      label={label}
      onClose={onClose}
      className="top-[12vh] left-1/2 w-160 max-w-[calc(100vw-24px)] -translate-x-1/2 overflow-hidden rounded-overlay max-[720px]:top-2"
    >
      <div className="flex h-11 items-center gap-2.5 border-b border-line pr-3 pl-3.5 text-ink-3">
        <Icon name="search" size={14} />
        {kind !== null && (
          <button
            type="button"
            title="All kinds (Backspace in the empty field)"
            className="inline-flex h-6 items-center gap-1 rounded-control bg-surface-3 px-2 text-small text-ink-2 hover:bg-surface-4"
            onClick={() => narrow(null)}
          >
            {kind}
            <Icon name="close" size={12} />
            <span className="sr-only">: all kinds</span>
          </button>
        )}
        <input
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={shown === undefined ? undefined : `${list}-${shown.id}`}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          className="min-w-0 flex-1 text-title text-ink outline-none placeholder:text-ink-3"
          value={text}
          onChange={(event) => {
            setCurrent(0);
            onText(event.target.value);
          }}
          onKeyDown={keys}
        />
        <KeyCaps keys="Escape" />
      </div>
      <div
        id={list}
        role="listbox"
        aria-label={label}
        className="max-h-[min(430px,60vh)] overflow-auto px-1.5 pt-1 pb-2"
      >
        {groups.map((group) => (
          <div key={group.name} role="group" aria-label={group.name}>
            <p className="px-2 pt-2.5 pb-1 text-small font-semibold text-ink-2" aria-hidden="true">
              {group.name}
            </p>
            {group.options.map((option) => (
              <Row
                key={option.id}
                id={`${list}-${option.id}`}
                option={option}
                isAt={option === shown}
                onChoose={choose}
              />
            ))}
          </div>
        ))}
      </div>
      {options.length === 0 && (
        <p role="status" className="px-3.5 pb-3 text-ink-2">
          {empty}
        </p>
      )}
      <p
        className="flex flex-wrap gap-4 border-t border-line bg-surface-2 px-3.5 py-2 text-small text-ink-3"
        aria-hidden="true"
      >
        <span>
          <KeyCaps keys="↑ ↓" /> move
        </span>
        <span>
          <KeyCaps keys="Enter" /> open
        </span>
        {kind === null && groups.length > 1 && (
          <span className="max-[720px]:hidden">
            <KeyCaps keys="Tab" /> only this kind
          </span>
        )}
      </p>
    </Modal>
  );
}

interface RowProps {
  readonly id: string;
  readonly option: Option;
  readonly isAt: boolean;
  readonly onChoose: (option: Option) => void;
}

function Row({ id, option, isAt, onChoose }: RowProps): ReactElement {
  return (
    <div
      role="option"
      id={id}
      aria-selected={isAt}
      tabIndex={-1}
      className="grid min-h-8 cursor-pointer grid-cols-[16px_minmax(0,auto)_minmax(0,1fr)_auto] items-center gap-2.5 rounded-control px-2 hover:bg-surface-3 aria-selected:bg-accent-weak max-[720px]:min-h-10"
      onClick={() => onChoose(option)}
      onKeyDown={(event) => event.key === "Enter" && onChoose(option)}
    >
      <span className="inline-flex text-ink-2">{option.sign}</span>
      <span className="truncate">
        <Matched text={option.name} at={option.matched} />
      </span>
      <span className="truncate text-small text-ink-3 max-[720px]:sr-only">{option.context}</span>
      {option.keys !== undefined && <KeyCaps keys={option.keys} />}
    </div>
  );
}

/** What matched is underlined. */
function Matched({ text, at }: { readonly text: string; readonly at: readonly number[] }): ReactElement {
  const isAt = new Set(at);
  const runs: { text: string; isMatched: boolean }[] = [];
  for (let index = 0; index < text.length; index++) {
    const last = runs.at(-1);
    if (last !== undefined && last.isMatched === isAt.has(index)) last.text += text[index];
    else runs.push({ text: text[index] ?? "", isMatched: isAt.has(index) });
  }
  return (
    <>
      {runs.map((run, index) =>
        run.isMatched ? (
          <u key={index} className="font-medium decoration-(--complete) decoration-2 underline-offset-3">
            {run.text}
          </u>
        ) : (
          <span key={index}>{run.text}</span>
        ),
      )}
    </>
  );
}
