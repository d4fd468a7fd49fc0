import { useEffect, useMemo, useState } from "react";
import { type Drawn, NODE } from "./drawn.ts";
import type { Layout } from "./layout.ts";

interface Done {
  readonly key: string;
  readonly layout: Layout;
}

/** Where the nodes stand; null until the first time that is known. They stay there as long as the structure is the same. */
export function useLayout({ nodes, edges }: Drawn): Layout | null {
  const key = useMemo(
    () => JSON.stringify([nodes.map(({ id }) => id), edges.map(({ from, to }) => [from, to])]),
    [nodes, edges],
  );
  const [done, setDone] = useState<Done | null>(null);
  useEffect(() => {
    const [ids, pairs] = JSON.parse(key) as [string[], [string, string][]];
    const worker = new Worker(new URL("layout-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Done>) => {
      setDone(data);
      worker.terminate();
    });
    worker.postMessage({ key, structure: { ids, edges: pairs, ...NODE } });
    return () => worker.terminate();
  }, [key]);
  return done?.layout ?? null;
}
