import { memo, type ReactElement } from "react";
import type { Token, TokenKind } from "./toml-tokens.ts";

/** Colours of words, as in a log; none of them says how something stands. */
const COLOURS: Readonly<Record<TokenKind, string>> = {
  comment: "text-ink-3",
  header: "font-semibold",
  key: "text-(--running-text)",
  string: "text-(--complete-text)",
  value: "text-(--retrying-text)",
  plain: "",
};

export const TomlLine = memo(function TomlLine({ tokens }: { readonly tokens: readonly Token[] }): ReactElement {
  return (
    <>
      {tokens.map(({ kind, text }, at) => (
        <span key={at} className={COLOURS[kind]}>
          {text}
        </span>
      ))}
      {"\n"}
    </>
  );
});
