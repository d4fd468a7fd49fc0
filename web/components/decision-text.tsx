import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";

/** A name of a task at its beginning stays as it is. */
export function sentenceCase(sentence: string): string {
  return /^[^\s:]+:[^\s:]/.test(sentence) ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** A sentence of the server: what stands in backticks is code, and records are links. */
export function withThings(text: string): ReactNode {
  return text.split(/(`[^`]*`|\brecord \d+\b)/).map((piece, at) => {
    const record = /^record (\d+)$/.exec(piece)?.[1];
    if (record !== undefined)
      return (
        <Link
          key={at}
          to="/tasks/$id"
          params={{ id: record }}
          className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
        >
          {piece}
        </Link>
      );
    if (piece.length > 1 && piece.startsWith("`") && piece.endsWith("`"))
      return (
        <code key={at} className="font-mono text-small">
          {piece.slice(1, -1)}
        </code>
      );
    return <Fragment key={at}>{piece}</Fragment>;
  });
}
