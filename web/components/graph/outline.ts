import type { Drawn, DrawnEdge, DrawnNode } from "./drawn.ts";

export interface OutlineRow {
  readonly node: DrawnNode;
  readonly depth: number;
  /** The edge from the row it stands below. */
  readonly edge: DrawnEdge | null;
  /** Further ones that it follows. */
  readonly alsoAfter: readonly string[];
}

/** The graph as an indented list: each node once, below the first that leads to it. */
export function outlineOf({ nodes, edges }: Drawn): readonly OutlineRow[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const below = Map.groupBy(edges, ({ from }) => from);
  const above = Map.groupBy(edges, ({ to }) => to);
  const rows: OutlineRow[] = [];
  const seen = new Set<string>();
  const walk = (root: string): void => {
    const open: { readonly id: string; readonly depth: number; readonly edge: DrawnEdge | null }[] = [
      { id: root, depth: 0, edge: null },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { id, depth, edge } = next;
      const node = byId.get(id);
      if (node === undefined || seen.has(id)) continue;
      seen.add(id);
      const others = (above.get(id) ?? []).filter(({ from }) => from !== edge?.from);
      rows.push({ node, depth, edge, alsoAfter: others.map(({ from }) => byId.get(from)?.title ?? from) });
      for (const child of (below.get(id) ?? []).toReversed())
        open.push({ id: child.to, depth: depth + 1, edge: child });
    }
  };
  for (const { id } of nodes) if (!above.has(id)) walk(id);
  // What only a circle holds has no beginning.
  for (const { id } of nodes) walk(id);
  return rows;
}
