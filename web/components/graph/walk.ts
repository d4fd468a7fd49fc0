import type { Drawn } from "./drawn.ts";
import type { Layout } from "./layout.ts";

const SIDES = { ArrowRight: "after", ArrowLeft: "before", ArrowUp: "above", ArrowDown: "below" } as const;
export type Arrow = keyof typeof SIDES;

export function isArrow(key: string): key is Arrow {
  return Object.hasOwn(SIDES, key);
}

/** Where an arrow leads: right and left along an edge, to the nearest; up and down to the next in the same column. */
export function nextOf(id: string, arrow: Arrow, { edges, nodes }: Drawn, { places }: Layout): string | undefined {
  const here = places.get(id);
  if (here === undefined) return undefined;
  const side = SIDES[arrow];
  const yOf = (one: string): number => places.get(one)?.y ?? 0;
  const nearest = (ids: readonly string[]): string | undefined =>
    ids.toSorted((a, b) => Math.abs(yOf(a) - here.y) - Math.abs(yOf(b) - here.y))[0];
  if (side === "after") return nearest(edges.filter(({ from }) => from === id).map(({ to }) => to));
  if (side === "before") return nearest(edges.filter(({ to }) => to === id).map(({ from }) => from));
  const inColumn = nodes.filter((one) => one.id !== id && places.get(one.id)?.x === here.x).map((one) => one.id);
  return nearest(inColumn.filter((one) => (side === "below" ? yOf(one) > here.y : yOf(one) < here.y)));
}
