import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo, type ReactElement, use, useEffect, useRef } from "react";
import { Icon } from "../icon.tsx";
import { Mark } from "../mark.tsx";
import { type DrawnNode, NODE } from "./drawn.ts";
import { Acts } from "./acts.ts";

export type FlowNode = Node<NodeData>;

interface NodeData extends Record<string, unknown> {
  readonly drawn: DrawnNode;
  /** Where the arrows are; Tab leads to it. */
  readonly isAt: boolean;
  /** Sought: found, or passed over. */
  readonly found: boolean | null;
  /** Of a folded one: nodes inside; null: nothing follows it. */
  readonly inside: number | null;
  readonly isFolded: boolean;
}

const BOX = {
  thing: "rounded-control border-line-2 bg-surface",
  outside: "rounded-control border-line-2 bg-canvas",
  source: "rounded-full border-line-control bg-canvas pl-3.5",
  ghost: "rounded-control border-dashed border-(--chart-ghost) bg-surface",
} as const;
const HATCH = "bg-[repeating-linear-gradient(135deg,var(--surface-4)_0_1.5px,transparent_1.5px_6px)]";

/** Edges end there; nobody draws any. */
const HANDLE = "size-px! min-h-0! min-w-0! border-0! opacity-0";

export const NodeView = memo(function NodeView({ data }: NodeProps<FlowNode>): ReactElement {
  const { drawn, isAt, found, inside, isFolded } = data;
  const { id, kind, status, icon, title, isMono, line, about, isHere, isHeld, badge, word } = drawn;
  const acts = use(Acts);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAt && acts.takesFocus()) button.current?.focus({ preventScroll: true });
  }, [isAt, acts]);
  const isThing = kind === "thing" || kind === "outside";
  return (
    <div data-status={status} className={`[&_[title]]:pointer-events-auto ${found === false ? "opacity-35" : ""}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} className={HANDLE} />
      <button
        ref={button}
        type="button"
        tabIndex={isAt ? 0 : -1}
        aria-current={isHere === true ? "true" : undefined}
        title={about}
        onClick={() => acts.open(id)}
        onFocus={() => acts.at(id)}
        style={NODE}
        className={`relative flex items-center gap-2 overflow-hidden border pr-2 pl-2.5 text-left hover:border-line-control ${BOX[kind]} ${
          found === true ? "ring-2 ring-accent" : ""
        } aria-[current=true]:border-[1.5px] aria-[current=true]:border-accent aria-[current=true]:bg-accent-weak`}
      >
        {isHeld === true && <span aria-hidden="true" className={`absolute inset-0 ${HATCH}`} />}
        {isThing && <span data-edge aria-hidden="true" className="absolute inset-y-0 left-0 w-[3px] bg-(--mark)" />}
        <span className="relative self-start pt-1.5">
          {icon === undefined ? <Mark status={status} label={status} /> : <Icon name={icon} size={14} />}
        </span>
        <span className="relative min-w-0 flex-1">
          <span
            className={`block truncate text-small ${isMono === true ? "font-mono" : "font-medium"} ${kind === "ghost" ? "text-ink-2" : "text-ink"}`}
          >
            {title}
          </span>
          <span
            className={`block truncate text-micro ${isHere === true || isHeld === true ? "text-ink-2" : "text-ink-3"}`}
          >
            {line}
          </span>
        </span>
      </button>
      {word !== undefined && (
        <span className="absolute -top-2 right-2 rounded-mark border border-line-2 bg-surface px-1 text-micro text-ink-2">
          {word}
        </span>
      )}
      {badge !== undefined && (
        <span
          className="absolute -top-2 -right-2 rounded-full bg-surface p-0.5"
          data-status={badge.status}
          title={badge.label}
        >
          <Mark status={badge.status} label={badge.label} />
        </span>
      )}
      {inside !== null && (
        <button
          type="button"
          tabIndex={isAt ? 0 : -1}
          aria-expanded={!isFolded}
          aria-label={isFolded ? `Unfold ${title}: ${inside} inside` : `Fold what follows ${title}`}
          title={isFolded ? `Unfold ${inside}` : "Fold what follows"}
          onClick={() => acts.fold(id)}
          className={`absolute top-1/2 -right-3 flex h-6 min-w-6 -translate-y-1/2 items-center justify-center rounded-full text-micro ${
            isFolded
              ? "border border-line-control bg-surface px-1.5 font-medium text-ink hover:bg-surface-3"
              : "text-transparent hover:border hover:border-line-control hover:bg-surface hover:text-ink focus-visible:border focus-visible:border-line-control focus-visible:bg-surface focus-visible:text-ink"
          }`}
        >
          {isFolded ? `+${inside}` : "−"}
        </button>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} className={HANDLE} />
    </div>
  );
});
