import type { ReactElement } from "react";
import type { Issue } from "./first-steps-queries.ts";

/** A key that nearly is one: what was found and what is known, letter below letter; null: the issue is of another kind. */
export function nearMissOf({
  code,
  message,
  remedy,
}: Issue): { readonly found: string; readonly known: string } | null {
  const key = /^Unknown key (\S+?):/.exec(message)?.[1];
  const known = /^Did you mean (\[\[)?([\w-]+)(?:\]\])?\?/.exec(remedy);
  if (code !== "unknown_key" || key === undefined || known?.[2] === undefined) return null;
  const isTable = known[1] !== undefined;
  return isTable ? { found: `[[${key}]]`, known: `[[${known[2]}]]` } : { found: key, known: known[2] };
}

/** Where the two part is a red bar; what agreed is underlined. */
export function NearMiss({
  line,
  found,
  known,
}: {
  readonly line: number;
  readonly found: string;
  readonly known: string;
}): ReactElement {
  let same = 0;
  while (same < Math.min(found.length, known.length) && found[same] === known[same]) same += 1;
  const [agreed, wrong, wanted] = [found.slice(0, same), found.slice(same), known.slice(same)];
  return (
    <div className="mt-1.5 text-small">
      <div aria-hidden="true" className="grid w-max grid-cols-[auto_auto_auto] gap-x-2 font-mono leading-5">
        <span className="font-sans text-ink-3">line {line}</span>
        <span data-status="complete" className="border-b-2 border-(--mark)">
          {agreed}
        </span>
        <span data-status="error" className="-ml-2 border-l-2 border-(--mark) bg-(--tint) pl-0.5 text-(--word)">
          {wrong}
        </span>
        <span className="font-sans text-ink-3">known</span>
        <span className="text-ink-2">{agreed}</span>
        <span data-status="error" className="-ml-2 border-l-2 border-(--mark) pl-0.5 text-(--word)">
          {wanted}
        </span>
      </div>
      <p className="mt-1 text-ink-2">
        <b className="font-medium text-error-text">Stopped after {agreed}:</b> found{" "}
        <code className="font-mono">{wrong || "the end"}</code>, wanted{" "}
        <code className="font-mono">{wanted || "the end"}</code>.
      </p>
    </div>
  );
}
