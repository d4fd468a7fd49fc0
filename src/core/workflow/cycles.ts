/** Which nodes of a directed graph are on a cycle. `edges[i]` are the nodes that follow node i. (Tarjan, without recursion.) */
export function nodesOnCycles(edges: readonly (readonly number[])[]): ReadonlySet<number> {
  const onCycle = new Set<number>();
  const order = edges.map(() => -1);
  const low = edges.map(() => 0);
  const isOpen = edges.map(() => false);
  const open: number[] = [];
  let count = 0;
  const enter = (node: number): Visit => {
    order[node] = low[node] = count++;
    open.push(node);
    isOpen[node] = true;
    return { node, next: 0 };
  };
  for (let root = 0; root < edges.length; root++) {
    if (order[root] !== -1) continue;
    const path = [enter(root)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const { node } = visit;
      const follower = edges[node]?.[visit.next++];
      if (follower === undefined) {
        path.pop();
        const parent = path.at(-1)?.node;
        if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
        if (low[node] === order[node]) closeComponent(node);
      } else if (order[follower] === -1) {
        path.push(enter(follower));
      } else if (isOpen[follower] === true) {
        low[node] = Math.min(low[node] ?? 0, order[follower] ?? 0);
      }
    }
  }
  return onCycle;

  function closeComponent(root: number): void {
    const component = open.splice(open.lastIndexOf(root));
    for (const node of component) {
      isOpen[node] = false;
      if (component.length > 1 || edges[node]?.includes(node) === true) onCycle.add(node);
    }
  }
}

interface Visit {
  readonly node: number;
  /** Index of the follower to visit next. */
  next: number;
}
