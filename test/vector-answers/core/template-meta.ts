import { parseMetaRows } from "../../../src/core/task/meta-rows.ts";
import { fillMeta, metaKeys } from "../../../src/core/task/template.ts";
import { byteValue, type ByteValue, textOf } from "../support/byte-value.ts";

interface TemplateMetaCase {
  readonly template: ByteValue;
  readonly meta?: Record<string, ByteValue[]>;
  readonly rowJson?: string;
}

export function answer(input: unknown): unknown {
  const { template, meta, rowJson } = input as TemplateMetaCase;
  const text = textOf(template);
  return { text: byteValue(fillMeta(text, values(meta ?? {}, rowJson))), keys: metaKeys(text) };
}

function values(meta: Record<string, ByteValue[]>, rowJson: string | undefined) {
  if (rowJson === undefined) return new Map(Object.entries(meta).map(([key, list]) => [key, list.map(textOf)]));
  const rows = parseMetaRows(rowJson);
  if (rows instanceof Error) throw rows;
  return rows[0] ?? new Map<string, string>();
}
