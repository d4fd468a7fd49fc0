import type { ReactElement } from "react";
import { tasksText } from "../act-on-tasks.ts";
import type { Previewed } from "./use-preview.ts";

/** The info of each task that would be made. It has its place before it is known. */
export function RunPreview({
  preview,
  error,
  missing,
}: Previewed & { readonly missing: readonly string[] }): ReactElement {
  return (
    <section aria-label="What it makes" aria-live="polite" className="grid min-h-22 content-start gap-1 text-small">
      <p className={error !== null && missing.length === 0 ? "text-error-text" : "text-ink-3"}>
        {missing.length > 0
          ? `Fill in ${missing.join(", ")} to see what it makes.`
          : error !== null
            ? error.message
            : preview === null
              ? "What it makes is computed."
              : `It makes ${tasksText(preview.total)}${preview.tasks.length < preview.total ? `; the first ${preview.tasks.length}` : ""}:`}
      </p>
      {missing.length === 0 && error === null && preview !== null && (
        <ol
          tabIndex={0}
          aria-label="Tasks"
          className="max-h-32 overflow-y-auto rounded-control border border-line bg-surface-2 px-2 py-1 font-mono"
        >
          {preview.tasks.map(({ info, meta }, at) => (
            <li key={at} className="truncate" title={`${info}\n${meta}`}>
              {info === "" ? <span className="text-ink-3">no info</span> : info}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
