/**
 * For each node the nearest one that every way to it from outside passes; null: none. A join stands right under what all of
 * its parents come of, which `ancestors` has of it, also where it has a beginning of its own besides. `order` is a number of each node that
 * grows from parents to children (except on cycles). Nodes that no entry leads to count as entries. (Cooper, Harvey, Kennedy.)
 */
export function nearestDominators(
  parents: readonly (readonly number[])[],
  isEntry: readonly boolean[],
  isJoin: readonly boolean[],
): {
  readonly dominators: readonly (number | null)[];
  readonly ancestors: readonly (number | null)[];
  readonly order: readonly number[];
} {
  const count = parents.length;
  const children: number[][] = parents.map(() => []);
  parents.forEach((of, child) => {
    for (const parent of of) children[parent]?.push(child);
  });
  const postorder: number[] = [];
  const entries = new Set<number>();
  const seen = new Set<number>();
  const walk = (root: number): void => {
    entries.add(root);
    if (seen.has(root)) return;
    seen.add(root);
    const path = [{ node: root, next: 0 }];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const child = children[visit.node]?.[visit.next++];
      if (child === undefined) {
        postorder.push(visit.node);
        path.pop();
      } else if (!seen.has(child)) {
        seen.add(child);
        path.push({ node: child, next: 0 });
      }
    }
  };
  for (let node = 0; node < count; node++) if (isEntry[node] === true) walk(node);
  for (let node = 0; node < count; node++) if (!seen.has(node)) walk(node);

  const ordered = postorder.toReversed();
  const order = parents.map(() => 0);
  for (const [place, node] of ordered.entries()) order[node] = place;
  // Outside is a node of its own, above all entries.
  const OUTSIDE = -1;
  const nearest = parents.map((): number | undefined => undefined);
  const placeOf = (node: number): number => (node === OUTSIDE ? OUTSIDE : (order[node] ?? 0));
  const meet = (one: number, other: number): number => {
    let [a, b] = [one, other];
    while (a !== b) {
      if (placeOf(a) > placeOf(b)) a = nearest[a] ?? OUTSIDE;
      else b = nearest[b] ?? OUTSIDE;
    }
    return a;
  };
  const common = (node: number, start: number | undefined): number | undefined => {
    let found = start;
    for (const parent of parents[node] ?? []) {
      const above = nearest[parent];
      if (above === undefined) continue;
      const one = isJoin[node] === true ? above : parent;
      found = found === undefined ? one : meet(found, one);
    }
    return found;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const node of ordered) {
      const found = common(node, entries.has(node) ? OUTSIDE : undefined);
      if (found !== undefined && found !== nearest[node]) {
        nearest[node] = found;
        changed = true;
      }
    }
  }
  const orNull = (node: number | undefined): number | null => (node === undefined || node === OUTSIDE ? null : node);
  const ancestors = parents.map((_, node) => (isJoin[node] === true ? orNull(common(node, undefined)) : null));
  return { dominators: nearest.map(orNull), ancestors, order };
}
