import type { ButtonHTMLAttributes, ReactElement } from "react";

const SHAPE =
  "inline-flex h-(--control) items-center justify-center gap-1.5 whitespace-nowrap rounded-control border text-small font-medium transition-colors duration-(--t-fast) disabled:cursor-default disabled:text-ink-3";
const KINDS = {
  plain: "border-line-2 bg-surface px-2.5 text-ink hover:bg-surface-3 disabled:bg-surface-2",
  /** The one primary button of a view. */
  go: "border-solid bg-solid px-2.5 text-on-solid hover:bg-solid-2 disabled:border-line-2 disabled:bg-surface-2",
  bare: "border-transparent bg-transparent px-2 text-ink-2 hover:bg-surface-3",
  /** What cannot be undone. */
  stop: "border-line-2 bg-surface px-2.5 text-error-text hover:bg-surface-3",
  /** The same in the dialog that asks about it. */
  danger:
    "border-error-text bg-error-text px-2.5 text-surface hover:opacity-90 disabled:border-line-2 disabled:bg-surface-2",
  icon: "w-(--control) border-transparent bg-transparent text-ink-2 hover:bg-surface-3",
} as const;

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: keyof typeof KINDS;
}

export function Button({ kind = "plain", className = "", type = "button", ...rest }: Props): ReactElement {
  return <button type={type} className={`${SHAPE} ${KINDS[kind]} ${className}`} {...rest} />;
}
