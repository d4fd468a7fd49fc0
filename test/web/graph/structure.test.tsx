import { expect, test } from "vitest";
import { criticalPath } from "../../../web/components/graph/critical-path.ts";
import type { Drawn } from "../../../web/components/graph/drawn.ts";
import { foldOf } from "../../../web/components/graph/fold.ts";
import { layoutOf } from "../../../web/components/graph/layout.ts";
import { outlineOf } from "../../../web/components/graph/outline.ts";
import { nextOf } from "../../../web/components/graph/walk.ts";

/** "a>b b>c": its nodes in the order of their names. */
function drawn(text: string): Drawn {
  const pairs = text.split(" ").map((one) => one.split(">"));
  const ids = [...new Set(pairs.flat())].toSorted();
  return {
    nodes: ids.map((id) => ({ id, kind: "thing", status: "none", title: id, line: "", about: id })),
    edges: pairs.flatMap(([from, to]) => (from === undefined || to === undefined ? [] : [{ from, to }])),
  };
}

const names = ({ nodes }: Drawn): string => nodes.map(({ id }) => id).join("");

function placed(text: string): ReturnType<typeof layoutOf> {
  const { nodes, edges } = drawn(text);
  const pairs = edges.map(({ from, to }) => [from, to] as const);
  return layoutOf({ ids: nodes.map(({ id }) => id), edges: pairs, width: 100, height: 40 });
}

test("a child stands to the right of its parents, and nothing covers anything", () => {
  const { places, width, height } = placed("a>b a>c b>d c>d e>f");
  const at = (id: string): { x: number; y: number } => places.get(id) ?? { x: NaN, y: NaN };
  expect(at("b").x).toBeGreaterThanOrEqual(at("a").x + 100);
  expect(at("d").x).toBeGreaterThan(at("b").x);
  expect(at("b").x).toBe(at("c").x);
  expect(Math.abs(at("b").y - at("c").y)).toBeGreaterThanOrEqual(40);
  // What has no edge to it stands below.
  expect(at("e").y).toBeGreaterThanOrEqual(Math.max(at("b").y, at("c").y) + 40);
  expect([...places.values()].every(({ x, y }) => x >= 0 && y >= 0 && x + 100 <= width && y + 40 <= height)).toBe(true);
});

test("the critical path takes longest, and circles end", () => {
  const steps = (times: Readonly<Record<string, number | null>>) =>
    Object.entries(times).map(([id, ms]) => ({ id, ms }));
  const { edges } = drawn("a>b a>c b>d c>d");
  expect(criticalPath(steps({ a: 1, b: 5, c: 7, d: 2 }), edges)).toEqual({ ids: ["a", "c", "d"], ms: 10 });
  expect(criticalPath(steps({ a: null, b: 5, c: null, d: 2 }), edges)?.ids).toEqual(["a", "b", "d"]);
  expect(criticalPath(steps({ a: null, b: null, c: null, d: null }), edges)).toBeNull();
  expect(criticalPath(steps({ a: 1, b: 2, c: 3 }), drawn("a>b b>c c>a").edges)).toEqual({
    ids: ["a", "b", "c"],
    ms: 6,
  });
  const long = Array.from({ length: 20_000 }, (_, n) => ({ id: String(n), ms: 1 }));
  const chain = long.slice(1).map(({ id }) => ({ from: String(Number(id) - 1), to: id }));
  expect(criticalPath(long, chain)?.ms).toBe(20_000);
});

test("what is folded takes along what it alone leads to, and says how much that is", () => {
  const graph = drawn("a>b b>c c>d x>d d>e b>f");
  const { nodes, edges, inside } = foldOf(graph, new Set(["b"]));
  expect(names({ nodes, edges })).toBe("abdex");
  expect(inside.get("b")).toBe(2);
  expect(edges.map(({ from, to }) => from + to)).toEqual(["ab", "xd", "de"]);
  expect(names(foldOf(graph, new Set(["a", "b"])))).toBe("adex");
  expect(names(foldOf(drawn("a>b b>a b>c"), new Set(["a"])))).toBe("a");
});

test("as a list each stands once, below the first that leads to it", () => {
  const rows = outlineOf(drawn("a>b a>c b>d c>d y>z z>y"));
  expect(rows.map(({ node, depth }) => `${"-".repeat(depth)}${node.id}`)).toEqual(["a", "-b", "--d", "-c", "y", "-z"]);
  expect(rows.find(({ node }) => node.id === "d")?.alsoAfter).toEqual(["c"]);
});

test("arrows go along edges, and up and down in a column", () => {
  const graph = drawn("a>b a>c b>d");
  const layout = placed("a>b a>c b>d");
  const [upper, lower] = (layout.places.get("b")?.y ?? 0) < (layout.places.get("c")?.y ?? 0) ? ["b", "c"] : ["c", "b"];
  expect(nextOf("b", "ArrowRight", graph, layout)).toBe("d");
  expect(nextOf("d", "ArrowLeft", graph, layout)).toBe("b");
  expect(nextOf(upper, "ArrowDown", graph, layout)).toBe(lower);
  expect(nextOf(upper, "ArrowUp", graph, layout)).toBeUndefined();
});
