export interface Step {
  readonly id: string;
  /** Null: not known; then it counts nothing. */
  readonly ms: number | null;
}

export interface CriticalPath {
  /** From the first to the last. */
  readonly ids: readonly string[];
  readonly ms: number;
}

/** The way along the edges that takes longest; null where no step has a time. What leads back into a circle is passed over. */
export function criticalPath(
  steps: readonly Step[],
  edges: readonly { readonly from: string; readonly to: string }[],
): CriticalPath | null {
  const msOf = new Map(steps.map(({ id, ms }) => [id, ms ?? 0]));
  const below = Map.groupBy(edges, ({ from }) => from);
  /** The longest way that begins there. */
  const longest = new Map<string, { readonly ms: number; readonly next: string | null }>();
  const under = new Set<string>();
  // An own stack: a chain may be as long as the file.
  for (const { id: root } of steps) {
    const open = [root];
    for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
      const children = (below.get(id) ?? []).map(({ to }) => to).filter((to) => msOf.has(to));
      if (!longest.has(id) && !under.has(id)) {
        under.add(id);
        open.push(...children.filter((to) => !longest.has(to) && !under.has(to)));
        if (open.at(-1) !== id) continue;
      }
      open.pop();
      if (longest.has(id)) continue;
      let [ms, next]: [number, string | null] = [0, null];
      for (const to of children) {
        const way = longest.get(to);
        if (way !== undefined && (next === null || way.ms > ms)) [ms, next] = [way.ms, to];
      }
      longest.set(id, { ms: ms + (msOf.get(id) ?? 0), next });
    }
  }
  const first = steps.reduce<string | null>(
    (best, { id }) => ((longest.get(id)?.ms ?? 0) > (longest.get(best ?? "")?.ms ?? 0) ? id : best),
    null,
  );
  if (first === null) return null;
  const ids: string[] = [];
  for (let id: string | null = first; id !== null; id = longest.get(id)?.next ?? null) ids.push(id);
  return { ids, ms: longest.get(first)?.ms ?? 0 };
}
