import { Link } from "@tanstack/react-router";
import { Fragment, type ReactElement, type ReactNode } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";
import { withThings } from "../../../components/decision-text.tsx";
import type { PhaseAbout } from "../../../acting/phases/act-on-phases.ts";
import { Part } from "./part.tsx";

const LINK = "text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current";

/** What the phase does in sentences, and its text in the file. */
export function Rule({ phase }: { readonly phase: PhaseAbout }): ReactElement {
  const { words, source, line, workflow, parents } = phase;
  return (
    <Part title="Rule" action={<SourceLink workflow={workflow} line={line} />}>
      <div className="grid gap-1.5">
        {words.map((sentence) => (
          <p key={sentence}>{withParents(sentence, parents)}</p>
        ))}
      </div>
      {source !== "" && (
        <div className="relative mt-2">
          <pre
            tabIndex={0}
            aria-label="Text of the phase"
            className="overflow-x-auto rounded-control border border-line bg-surface-2 p-2 font-mono text-small"
          >
            {source}
          </pre>
          <span className="absolute top-0.5 right-0.5 bg-surface-2">
            <CopyButton text={source} what="the text of the phase" />
          </span>
        </div>
      )}
    </Part>
  );
}

/** To the line of a file in the view of its text. */
export function SourceLink({ workflow, line }: { readonly workflow: string; readonly line: number }): ReactElement {
  return (
    <Link to="/workflows/source" search={(before) => ({ ...before, file: workflow, line })} className={LINK}>
      line {line}
    </Link>
  );
}

/** Parents of the same file lead to their own panel. */
function withParents(sentence: string, parents: PhaseAbout["parents"]): ReactNode {
  const known = new Map(parents.flatMap(({ name, phase_id: id }) => (id === null ? [] : [[name, id]])));
  if (known.size === 0) return withThings(sentence);
  const names = [...known.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/\W/g, String.raw`\$&`));
  return sentence.split(new RegExp(`(?<![\\w:.-])(${names.join("|")})(?![\\w:-])`)).map((piece, at) => {
    const id = known.get(piece);
    return id === undefined ? (
      <Fragment key={at}>{withThings(piece)}</Fragment>
    ) : (
      <Link key={at} to="." search={(before) => ({ ...before, phase: id })} resetScroll={false} className={LINK}>
        {piece}
      </Link>
    );
  });
}
