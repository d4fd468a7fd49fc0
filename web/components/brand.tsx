import type { ReactElement } from "react";

export function Brand(): ReactElement {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" fill="none" aria-hidden="true">
      <path d="M2 1.5v13" stroke="var(--accent)" strokeWidth="2.2" />
      <path d="M2 4h4.5c2.5 0 1.5 4 4 4M2 12h4.5c2.5 0 1.5-4 4-4" stroke="currentColor" strokeWidth="1.6" />
      <rect x="10.5" y="5.5" width="5" height="5" rx="1" fill="currentColor" />
    </svg>
  );
}
