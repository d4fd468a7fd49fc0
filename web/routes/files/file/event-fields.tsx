import type { ReactElement, ReactNode } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { ago, type Clock, count } from "../../../services/format.ts";
import { Section } from "../../task/section.tsx";
import type { FileHistory } from "../files-queries.ts";

interface Props {
  readonly file: FileHistory["file"];
  readonly clock: Clock;
  readonly now: number;
}

/** What the event said of the file. What it did not say has no line. */
export function EventFields({ file, clock, now }: Props): ReactElement {
  const moment = (at: string | null): ReactNode =>
    at === null ? null : (
      <time dateTime={at} title={clock.zone}>
        {clock.moment(Date.parse(at), now)} <span className="text-ink-3">{ago(Date.parse(at), now)}</span>
      </time>
    );
  const mono = (text: string): ReactNode => (text === "" ? null : <code className="font-mono break-all">{text}</code>);
  const lines: readonly (readonly [name: string, value: ReactNode])[] = [
    ["received", moment(file.received_at)],
    ["again", moment(file.last_received_at)],
    ["topic", mono(file.topic)],
    ["bucket", mono(file.bucket)],
    ["size", sizeText(file.size)],
    ["lines", file.line_count > 0 ? count(file.line_count) : null],
    ["created", moment(file.created)],
    ["updated", moment(file.updated)],
    ["task time", file.task_time === null ? null : mono(`${file.task_time} ${file.task_zone ?? ""}`.trim())],
    ["decided in", file.processing_ms === null ? null : `${count(Math.round(file.processing_ms))} ms`],
    ["checksum", mono(file.checksum)],
    ["md5", file.md5 === file.checksum ? null : mono(file.md5)],
    ["crc32c", mono(file.crc32c)],
    ["etag", file.etag === file.checksum ? null : mono(file.etag)],
    ["generation", mono(file.generation)],
  ];
  return (
    <Section title="Event">
      <table className="w-full table-fixed text-small">
        <tbody>
          {lines.map(([name, value]) =>
            value === null ? null : (
              <tr key={name} className="border-t border-line first:border-t-0">
                <th scope="row" className="w-28 py-1.5 pr-3 text-left align-top font-normal text-ink-3">
                  {name}
                </th>
                <td className="py-1.5 break-words">{value}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </Section>
  );
}
