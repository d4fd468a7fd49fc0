import type { ReactElement } from "react";
import { withThings } from "../decision-text.tsx";
import { type Alignment, type Piece, piecesOf, stoppedText } from "./pieces.ts";

interface RulerProps {
  readonly pieces: readonly Piece[];
  /** What stands above, what below, and what their ends are called. */
  readonly labels?: readonly [above: string, below: string];
}

const FOUND: Readonly<Record<Piece["kind"], string>> = {
  same: "border-b-2 border-(--mark)",
  took: "border-b-2 border-(--mark) bg-(--tint)",
  stop: "border-b-2 border-dashed border-(--mark) bg-(--tint) px-0.75 font-semibold text-(--word)",
  rest: "border-b-2 border-transparent pl-0.5 text-ink-3",
};
const WANTED: Readonly<Record<Piece["kind"], string>> = {
  same: "text-ink-2",
  took: "bg-(--tint) text-center text-ink-2",
  stop: "bg-(--tint) px-0.75 font-semibold text-(--word)",
  rest: "pl-0.5 text-ink-3",
};

/**
 * Two texts letter over letter: what agreed is underlined, what a wildcard took is tinted, a red bar stands where they part. It
 * wraps as pairs. The sentence beside it says the same to who does not see it.
 */
export function Ruler({ pieces, labels = ["path", "pattern"] }: RulerProps): ReactElement {
  return (
    <div aria-hidden="true" className="flex flex-wrap gap-y-1.5 font-mono text-small/5">
      <span className="grid w-16 shrink-0 font-sans text-micro/5 text-ink-3">
        {labels.map((label) => (
          <span key={label}>{label}</span>
        ))}
      </span>
      {pieces.map(({ kind, found, wanted }, at) => (
        <span
          key={at}
          data-status={kind === "stop" ? "error" : "complete"}
          className={`grid max-w-full min-w-0 ${kind === "stop" ? "ml-0.75 border-l-2 border-(--mark)" : ""}`}
        >
          <Part className={FOUND[kind]} text={found} end={kind === "stop" ? `end of ${labels[0]}` : ""} />
          <Part className={WANTED[kind]} text={wanted} end={kind === "stop" ? `end of ${labels[1]}` : ""} />
        </span>
      ))}
    </div>
  );
}

interface PartProps {
  readonly text: string;
  /** In its place, where it is empty. */
  readonly end: string;
  readonly className: string;
}

function Part({ text, end, className }: PartProps): ReactElement {
  return (
    <span className={`min-h-5 break-all whitespace-pre-wrap ${className}`}>
      {text === "" ? <i className="font-sans text-micro/5 not-italic">{end}</i> : text}
    </span>
  );
}

interface Props {
  readonly path: string;
  readonly miss: Alignment & { readonly sentence: string };
}

/** Where a pattern stopped matching a path, and why. */
export function NearMiss({ path, miss }: Props): ReactElement {
  const { where, why } = stoppedText(miss.sentence);
  return (
    <>
      {miss.tokens.length > 0 || miss.path_at === 0 ? <Ruler pieces={piecesOf(path, miss)} /> : null}
      <p className="mt-1 text-small break-words text-ink-2">
        <span className="sr-only">
          Pattern <code>{miss.pattern}</code>.{" "}
        </span>
        <b className="font-medium text-error-text">{where}:</b> {withThings(why.replaceAll(/"([^"`]*)"/g, "`$1`"))}.
      </p>
    </>
  );
}
