import { type ReactElement, useMemo } from "react";
import { Icon } from "../icon.tsx";
import { Mark } from "../mark.tsx";
import type { Drawn } from "./drawn.ts";
import { Indent } from "./indent.tsx";
import { outlineOf, type OutlineRow } from "./outline.ts";

interface Props {
  readonly label: string;
  readonly drawn: Drawn;
  readonly found: ReadonlySet<string> | null;
  readonly onOpen: (id: string) => void;
}

/** The same graph as a list: on a phone, and for who would rather read it. */
export function OutlineList({ label, drawn, found, onOpen }: Props): ReactElement {
  const rows = useMemo(() => outlineOf(drawn), [drawn]);
  return (
    <ol aria-label={label}>
      {rows
        .filter(({ node }) => found === null || found.has(node.id))
        .map((row) => (
          <Row key={row.node.id} row={row} onOpen={onOpen} />
        ))}
    </ol>
  );
}

function Row({
  row: { node, depth, edge, alsoAfter },
  onOpen,
}: { readonly row: OutlineRow } & Pick<Props, "onOpen">): ReactElement {
  const { id, status, icon, title, isMono, line, isHere, badge, word } = node;
  const notes = [edge?.condition ?? "", alsoAfter.length === 0 ? "" : `also after ${alsoAfter.join(", ")}`, word ?? ""];
  return (
    <li
      aria-level={depth + 1}
      aria-current={isHere === true ? "true" : undefined}
      className="border-b border-line [contain-intrinsic-size:auto_29px] [content-visibility:auto] last:border-b-0 hover:bg-surface-3 max-[720px]:[contain-intrinsic-size:auto_45px] aria-[current=true]:bg-accent-weak"
    >
      <button
        type="button"
        onClick={() => onOpen(id)}
        className="flex min-h-(--row) w-full items-center gap-x-2 px-(--gutter) py-0.5 text-left text-small max-[720px]:min-h-(--row-touch)"
      >
        <Indent depth={depth} />
        <span data-status={status} className="flex">
          {icon === undefined ? <Mark status={status} label={status} /> : <Icon name={icon} size={14} />}
        </span>
        <span className="flex min-w-0 flex-wrap gap-x-2.5">
          <span className={`min-w-0 break-words ${isMono === true ? "font-mono" : "font-medium"}`}>{title}</span>
          <span className="text-ink-2">{line}</span>
          <span className="text-ink-3">{notes.filter((note) => note !== "" && note !== line).join(" · ")}</span>
        </span>
        {badge !== undefined && (
          <span className="ml-auto" data-status={badge.status}>
            <Mark status={badge.status} label={badge.label} />
          </span>
        )}
      </button>
    </li>
  );
}
