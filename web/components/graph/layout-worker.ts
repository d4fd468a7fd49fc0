import { layoutOf, type Structure } from "./layout.ts";

/** Lays out what it is sent, so that the page goes on meanwhile. */
addEventListener("message", ({ data }: MessageEvent<{ readonly key: string; readonly structure: Structure }>) => {
  postMessage({ key: data.key, layout: layoutOf(data.structure) });
});
