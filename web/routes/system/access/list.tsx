import type { ReactElement, ReactNode } from "react";

/** A list of few things: a table, and on a phone rows of two lines, the name first. */
export const LIST =
  "[&_td:first-child]:pl-(--gutter) [&_th:first-child]:pl-(--gutter) [&_td:last-child]:pr-(--gutter) [&_th:last-child]:pr-(--gutter) max-[720px]:block max-[720px]:[&_tbody]:block max-[720px]:[&_thead]:hidden max-[720px]:[&_tr]:grid max-[720px]:[&_tr]:grid-cols-[minmax(0,1fr)_max-content] max-[720px]:[&_tr]:gap-x-3 max-[720px]:[&_tr]:border-b max-[720px]:[&_tr]:border-line max-[720px]:[&_tr]:px-(--gutter) max-[720px]:[&_tr]:py-1.5 max-[720px]:[&_td]:h-auto max-[720px]:[&_td]:min-h-6 max-[720px]:[&_td]:border-0 max-[720px]:[&_td]:p-0!";

/** Where a cell stands on a phone. */
export const CELLS = {
  name: "max-w-60 min-w-0",
  beside: "max-w-50 max-[720px]:max-w-[55vw] max-[720px]:text-right",
  below: "min-w-0 max-[720px]:text-ink-2",
  hidden: "max-[720px]:hidden",
  acts: "w-1 max-[720px]:col-span-2 max-[720px]:w-auto",
} as const;

/** A button in a row, as small as a word. */
export const LINK = "h-6! px-1.5! font-normal! text-ink-3 hover:text-ink max-[720px]:h-9!";

export function Tag({ children }: { readonly children: ReactNode }): ReactElement {
  return <span className="rounded-control border border-line-2 px-1 text-micro text-ink-2">{children}</span>;
}
