import type { Values } from "./values.ts";
import { TEMPLATE_TOKENS } from "./template-tokens.ts";
import { fillMeta, metaKeys } from "./template.ts";

const META_TOKEN = /^\{meta:([^{}]+)\}$/;
const IN_BRACES = /\{[^{}]+\}/g;

/**
 * Tokens of the template language that are left in a text, each once. JSON and other text in braces is none, and neither is a
 * token of a time behind a `#`, where no template fills it.
 */
export function openTokens(text: string): readonly string[] {
  if (text.indexOf("{") < 0) return [];
  const hash = text.indexOf("#");
  const end = hash > 0 ? hash : text.length;
  const open = new Set<string>();
  for (const { 0: token, index } of text.matchAll(IN_BRACES)) {
    const counts = index < end || META_TOKEN.test(token);
    if (counts && TEMPLATE_TOKENS.some(({ form }) => form.test(token))) open.add(token);
  }
  return [...open];
}

/** The key of a `{meta:key}`; null: it is another token. */
export function metaKeyOf(token: string): string | null {
  return META_TOKEN.exec(token)?.[1] ?? null;
}

/** The values, and for each `{meta:key}` of the template without one its token: it stays open instead of being emptied. */
export function keepingOpen(template: string, values: Values): Values {
  const missing = metaKeys(template, () => true).filter((key) => !values.has(key));
  if (missing.length === 0) return values;
  return new Map<string, readonly string[]>([...values, ...missing.map((key) => [key, [`{meta:${key}}`]] as const)]);
}

/** Like `fillMeta`, but a key without a value leaves its token open, so that it can be asked for. */
export function fillKnown(template: string, values: Values): string {
  return fillMeta(template, keepingOpen(template, values));
}
