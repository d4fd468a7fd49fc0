/** A link that looks like a button: it leads to where something is done. */
export const LINK_BUTTON =
  "inline-flex h-(--control) items-center rounded-control border border-line-2 bg-surface px-2.5 text-small font-medium whitespace-nowrap hover:bg-surface-3 print:hidden";
