import type { ReactElement } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";

interface Props {
  readonly file: string;
  /** For those who do not see it: "the workflow". */
  readonly what: string;
  readonly text: string;
}

/** A file to copy, its lines numbered, its remarks grey. */
export function CodeFigure({ file, what, text }: Props): ReactElement {
  return (
    <figure className="mt-2 w-120 max-w-full overflow-hidden rounded-control border border-line-2 bg-surface-2">
      <figcaption className="flex items-center justify-between border-b border-line py-1 pr-1 pl-3 text-small text-ink-2">
        <code className="font-mono">{file}</code>
        <CopyButton text={`${text}\n`} what={what} />
      </figcaption>
      <pre tabIndex={0} aria-label={file} className="overflow-x-auto py-1.5 font-mono text-small leading-[18px]">
        {text.split("\n").map((line, at) => {
          const [code = "", remark] = line.split(/(?=# )/, 2);
          return (
            <div key={at} className="flex w-max pr-3">
              <span className="w-10 shrink-0 pr-3 text-right text-ink-3 select-none">{at + 1}</span>
              <code>
                {code}
                {remark !== undefined && <span className="text-ink-3">{remark}</span>}
              </code>
            </div>
          );
        })}
      </pre>
    </figure>
  );
}
