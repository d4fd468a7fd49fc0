import type { ReactElement } from "react";
import { Ruler } from "./ruler.tsx";

/** A key that nearly is one: what was found and what is known, letter below letter; null: the issue is of another kind. */
export function nearMissOf({
  code,
  message,
  remedy,
}: {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}): { readonly found: string; readonly known: string } | null {
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
      <Ruler
        labels={[`line ${line}`, "known"]}
        pieces={[
          { kind: "same", found: agreed, wanted: agreed },
          { kind: "stop", found: wrong, wanted },
        ]}
      />
      <p className="mt-1 text-ink-2">
        <b className="font-medium text-error-text">Stopped after {agreed}:</b> found{" "}
        <code className="font-mono">{wrong || "the end"}</code>, wanted{" "}
        <code className="font-mono">{wanted || "the end"}</code>.
      </p>
    </div>
  );
}
