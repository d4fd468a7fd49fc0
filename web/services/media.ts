import { useSyncExternalStore } from "react";

/** Whether a media query holds now, as it changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Below this a list of things has rows of two lines. */
export function useIsPhone(): boolean {
  return useMedia("(max-width: 720px)");
}
