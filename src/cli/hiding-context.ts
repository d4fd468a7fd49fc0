import { redactor, type Redact } from "../contract/redact/redact.ts";
import type { CliContext, OuterContext } from "./context.ts";

/** The one place in which the output of commands has its secrets hidden, once a configuration says which. */
export function hidingContext(outer: OuterContext): CliContext {
  let redact: Redact | null = null;
  const hide = (text: string): string => redact?.text(text) ?? text;
  return {
    ...outer,
    out: (text) => outer.out(hide(text)),
    redraw: (text) => outer.redraw(hide(text)),
    err: (text) => outer.err(hide(text)),
    outSecret: (text) => outer.out(text),
    hideSecrets: (rules) => {
      redact = redactor(rules);
    },
  };
}
