import "@xyflow/react/dist/base.css";
import { MiniMap, ReactFlow, useReactFlow, useStore } from "@xyflow/react";
import {
  type FocusEvent,
  type KeyboardEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Acts, type GraphActs } from "./acts.ts";
import { type DrawnNode, NODE } from "./drawn.ts";
import { EdgeView, type FlowEdge } from "./edge-view.tsx";
import type { Folded } from "./fold.ts";
import type { Layout } from "./layout.ts";
import { type FlowNode, NodeView } from "./node-view.tsx";
import { isArrow, nextOf } from "./walk.ts";

const NODE_TYPES = { drawn: NodeView };
const EDGE_TYPES = { drawn: EdgeView };
const MARGIN = 20;
const HEIGHT = { least: 240, most: 560 };
/** A larger graph begins where it can be read, instead of as a whole. */
const READABLE = 0.6;
/** Below this nobody reads a word: none is drawn. */
const FAR = 0.3;
/** Moved by the compositor alone while it is dragged. */
const PANNED = "[&_.dragging_.react-flow__viewport]:will-change-transform";
/** Fewer are seen at once. */
const MAPPED = 12;
const MAP_WIDE = { width: 140, height: 84 };
const MAP_TALL = { width: 72, height: 200 };

interface Props {
  readonly label: string;
  /** What is drawn, without what is folded. */
  readonly drawn: Folded;
  readonly layout: Layout;
  readonly folded: ReadonlySet<string>;
  /** Ids of what is sought; null: nothing is. */
  readonly found: ReadonlySet<string> | null;
  /** Of these, the one to show. */
  readonly target: string | undefined;
  /** In px; without it as high as it needs, up to a limit. */
  readonly height?: number;
  readonly onOpen: (id: string) => void;
  readonly onFold: (id: string) => void;
}

/** A graph to be panned and zoomed; arrows go along its edges. Its provider stands around it, for the buttons of the page. */
export function FlowGraph(props: Props): ReactElement {
  const { label, drawn, layout, folded, found, target, height: given, onOpen, onFold } = props;
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const isFar = useStore(({ transform: [, , zoom] }) => zoom < FAR);
  const [at, setAt] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const byKey = useRef(false);
  const [latest] = useState({ onOpen, onFold });
  useEffect(() => void Object.assign(latest, { onOpen, onFold }), [latest, onOpen, onFold]);
  const acts = useMemo<GraphActs>(
    () => ({
      open: (id) => latest.onOpen(id),
      fold: (id) => {
        setAt(id);
        latest.onFold(id);
      },
      at: setAt,
      takesFocus: () => byKey.current,
    }),
    [latest],
  );
  const here = drawn.nodes.find(({ isHere }) => isHere === true)?.id;
  const tabbed = drawn.nodes.some(({ id }) => id === at) ? at : (here ?? drawn.nodes[0]?.id);
  const parents = useMemo(() => new Set(drawn.edges.map(({ from }) => from)), [drawn.edges]);
  const nodes = useMemo(
    () =>
      placed(drawn.nodes, layout).map(([node, position]): FlowNode => ({
        id: node.id,
        type: "drawn",
        position,
        ...NODE,
        data: {
          drawn: node,
          isAt: node.id === tabbed,
          found: found === null ? null : found.has(node.id),
          inside: folded.has(node.id) ? (drawn.inside.get(node.id) ?? 0) : parents.has(node.id) ? 0 : null,
          isFolded: folded.has(node.id),
        },
      })),
    [drawn, layout, tabbed, found, folded, parents],
  );
  const edges = useMemo(
    () =>
      drawn.edges
        .filter(({ from, to }) => layout.places.has(from) && layout.places.has(to))
        .map((edge): FlowEdge => ({
          id: `${edge.from} ${edge.to}`,
          type: "drawn",
          source: edge.from,
          target: edge.to,
          data: { drawn: edge },
          zIndex: edge.isLive === true || edge.isCritical === true ? 1 : 0,
        })),
    [drawn.edges, layout],
  );

  // What changes the structure moves everything but the node at which it was done.
  const before = useRef(layout);
  useLayoutEffect(() => {
    const was = before.current.places.get(tabbed ?? "");
    const is = layout.places.get(tabbed ?? "");
    before.current = layout;
    if (was === undefined || is === undefined || (was.x === is.x && was.y === is.y)) return;
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ x: x + (was.x - is.x) * zoom, y: y + (was.y - is.y) * zoom, zoom });
  }, [layout, flow, tabbed]);

  const reveal = useCallback(
    (id: string): void => {
      const place = layout.places.get(id);
      const box = frame.current?.getBoundingClientRect();
      if (place === undefined || box === undefined) return;
      const { x, y, zoom } = flow.getViewport();
      const [left, top] = [place.x * zoom + x, place.y * zoom + y];
      const [right, bottom] = [left + NODE.width * zoom, top + NODE.height * zoom];
      if (left >= 0 && top >= 0 && right <= box.width - MARGIN && bottom <= box.height - MARGIN) return;
      void flow.setCenter(place.x + NODE.width / 2, place.y + NODE.height / 2, {
        zoom: Math.max(zoom, READABLE),
      });
    },
    [flow, layout],
  );
  useEffect(() => {
    if (target !== undefined) reveal(target);
  }, [target, reveal]);

  const walk = (event: KeyboardEvent): void => {
    if (typeof tabbed !== "string" || !isArrow(event.key)) return;
    event.preventDefault();
    const next = nextOf(tabbed, event.key, drawn, layout);
    if (next === undefined) return;
    byKey.current = true;
    setAt(next);
    reveal(next);
  };
  // The node that Tab would lead to may be out of sight, and then is not drawn.
  const enter = ({ target: entered, currentTarget, relatedTarget }: FocusEvent): void => {
    if (entered !== currentTarget || currentTarget.contains(relatedTarget) || typeof tabbed !== "string") return;
    // A press of the mouse, which drags the graph, must not move it elsewhere.
    if (!currentTarget.matches(":focus-visible")) return;
    byKey.current = true;
    reveal(tabbed);
    setAt(tabbed);
    currentTarget.querySelector<HTMLElement>('button[tabindex="0"]')?.focus({ preventScroll: true });
  };
  const wanted = given ?? Math.min(HEIGHT.most, Math.max(HEIGHT.least, layout.height + 2 * MARGIN));
  // It grows and never shrinks: what was folded stays where it is seen.
  const [height, setHeight] = useState(wanted);
  if (wanted > height) setHeight(wanted);
  return (
    <div
      ref={frame}
      role="group"
      aria-label={label}
      className="relative print:hidden"
      style={{ height }}
      tabIndex={0}
      onFocus={enter}
      onKeyDown={walk}
      onPointerDown={() => (byKey.current = false)}
    >
      <Acts value={acts}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onInit={(instance) => {
            const box = frame.current?.getBoundingClientRect();
            if (box !== undefined) void instance.setViewport(firstView(layout, box, here, drawn.nodes[0]?.id));
          }}
          className={`${PANNED} ${isFar ? "[&_button>*:not([data-edge])]:invisible" : ""}`}
          onlyRenderVisibleElements
          minZoom={0.05}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          disableKeyboardA11y
          proOptions={{ hideAttribution: true }}
        >
          {drawn.nodes.length > MAPPED && (
            <MiniMap<FlowNode>
              ariaLabel="The whole graph, small"
              pannable
              zoomable={false}
              nodeColor={({ data }) => `var(--${MAP_COLOURS[data.drawn.status] ?? "chart-ghost"})`}
              nodeBorderRadius={4}
              bgColor="var(--surface)"
              maskColor="color-mix(in srgb, var(--surface-4) 60%, transparent)"
              className="rounded-control border border-line-2"
              style={layout.height > 2 * layout.width ? MAP_TALL : MAP_WIDE}
            />
          )}
        </ReactFlow>
      </Acts>
    </div>
  );
}

const MAP_COLOURS: Readonly<Record<string, string>> = {
  complete: "complete",
  running: "running",
  retrying: "retrying",
  warn: "warn",
  overdue: "warn",
  error: "error",
  alert: "alert",
  waiting: "waiting",
};

type Place = { readonly x: number; readonly y: number };

/** Those that the layout has: what was unfolded just now comes with the next one. */
function placed(nodes: readonly DrawnNode[], { places }: Layout): readonly (readonly [DrawnNode, Place])[] {
  return nodes.flatMap((node) => {
    const place = places.get(node.id);
    return place === undefined ? [] : [[node, place] as const];
  });
}

/** The whole of it where that can be read; else what the page is about, or where it begins. */
function firstView(
  { width, height, places }: Layout,
  box: { readonly width: number; readonly height: number },
  here: string | undefined,
  first: string | undefined,
): { x: number; y: number; zoom: number } {
  const whole = Math.min(1, (box.width - 2 * MARGIN) / width, (box.height - 2 * MARGIN) / height);
  if (whole >= READABLE) return { x: MARGIN, y: Math.max(MARGIN, (box.height - height * whole) / 2), zoom: whole };
  const zoom = READABLE + 0.2;
  const { x, y } = places.get(here ?? first ?? "") ?? { x: 0, y: 0 };
  return {
    x: Math.min(MARGIN, box.width / 2 - (x + NODE.width / 2) * zoom),
    y: Math.min(MARGIN, box.height / 2 - (y + NODE.height / 2) * zoom),
    zoom,
  };
}
