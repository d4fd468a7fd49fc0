import type { Drawn, DrawnEdge } from "./drawn.ts";

export interface Folded extends Drawn {
  /** Nodes inside each folded one. */
  readonly inside: ReadonlyMap<string, number>;
}

/** Without what only folded nodes lead to: what something else starts too stays. */
export function foldOf({ nodes, edges }: Drawn, folded: ReadonlySet<string>): Folded {
  const inside = new Map<string, number>();
  if (folded.size === 0) return { nodes, edges, inside };
  const below = Map.groupBy(edges, ({ from }) => from);
  const above = Map.groupBy(edges, ({ to }) => to);
  const hidden = new Set<string>();
  for (const { id } of nodes) {
    if (!folded.has(id)) continue;
    const own = onlyBelow(id, below, above);
    inside.set(id, own.size);
    for (const one of own) hidden.add(one);
  }
  const isShown = (id: string): boolean => !hidden.has(id);
  return {
    nodes: nodes.filter(({ id }) => isShown(id)),
    edges: edges.filter(({ from, to }) => isShown(from) && isShown(to)),
    inside,
  };
}

type Edges = ReadonlyMap<string, readonly DrawnEdge[]>;

function onlyBelow(root: string, below: Edges, above: Edges): ReadonlySet<string> {
  const own = new Set<string>();
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const { to } of below.get(id) ?? [])
      if (to !== root && !own.has(to)) {
        own.add(to);
        open.push(to);
      }
  // Whoever has a parent elsewhere stays, and then what follows it.
  const stays = [...own].filter((id) => above.get(id)?.some(({ from }) => from !== root && !own.has(from)));
  for (let id = stays.pop(); id !== undefined; id = stays.pop()) {
    if (!own.delete(id)) continue;
    for (const { to } of below.get(id) ?? []) if (own.has(to)) stays.push(to);
  }
  return own;
}
