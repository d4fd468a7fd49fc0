import type { ReactElement } from "react";

const SHOWN: Readonly<Record<string, string>> = { Escape: "Esc", " ": "space" };

/** `g t`: a cap for each key. */
export function KeyCaps({ keys }: { readonly keys: string }): ReactElement {
  return (
    <span className="inline-flex gap-0.5">
      {keys.split(" ").map((key) => (
        <kbd
          key={key}
          className="rounded-[3px] bg-surface-3 px-1.5 py-0.5 font-mono text-micro text-ink-2 [[aria-selected=true]_&]:bg-surface"
        >
          {SHOWN[key] ?? key}
        </kbd>
      ))}
    </span>
  );
}
