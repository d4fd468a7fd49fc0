import { graphlib, layout } from "@dagrejs/dagre";

/** The structure alone: what its nodes say moves none of them. */
export interface Structure {
  readonly ids: readonly string[];
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** Of each node. */
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  /** Left upper corners. */
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly width: number;
  readonly height: number;
}

const GAP = { rank: 40, node: 20, part: 28 };

/** From left to right. Parts without an edge between them are laid out alone, and stand below each other: that is sooner done. */
export function layoutOf({ ids, edges, width, height }: Structure): Layout {
  const places = new Map<string, { x: number; y: number }>();
  let [widest, below] = [0, 0];
  for (const part of partsOf(ids, edges)) {
    const graph = new graphlib.Graph();
    graph.setGraph({ rankdir: "LR", ranksep: GAP.rank, nodesep: GAP.node });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const id of part.ids) graph.setNode(id, { width, height });
    for (const [from, to] of part.edges) graph.setEdge(from, to);
    layout(graph);
    for (const id of part.ids) {
      const { x = 0, y = 0 } = graph.node(id);
      places.set(id, { x: Math.round(x - width / 2), y: Math.round(below + y - height / 2) });
    }
    const size = graph.graph();
    widest = Math.max(widest, size.width ?? 0);
    below += (size.height ?? 0) + GAP.part;
  }
  return { places, width: widest, height: Math.max(0, below - GAP.part) };
}

interface Part {
  readonly ids: string[];
  readonly edges: (readonly [string, string])[];
}

/** In the order of their first nodes. */
function partsOf(ids: readonly string[], edges: Structure["edges"]): readonly Part[] {
  const near = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const [from, to] of edges) {
    near.get(from)?.push(to);
    near.get(to)?.push(from);
  }
  const partOf = new Map<string, Part>();
  const parts: Part[] = [];
  for (const first of ids) {
    if (partOf.has(first)) continue;
    const part: Part = { ids: [], edges: [] };
    parts.push(part);
    const open = [first];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (partOf.has(id)) continue;
      partOf.set(id, part);
      open.push(...(near.get(id) ?? []));
    }
  }
  for (const id of ids) partOf.get(id)?.ids.push(id);
  for (const edge of edges) if (near.has(edge[1])) partOf.get(edge[0])?.edges.push(edge);
  return parts;
}
