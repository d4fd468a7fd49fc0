import type { ReactElement } from "react";

/** Only addresses of the web are links: another scheme could run something. */
export function Reference({ name, url }: { readonly name: string; readonly url: string }): ReactElement {
  return /^https?:\/\//i.test(url) ? (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
    >
      {name}
    </a>
  ) : (
    <span>
      {name}: {url}
    </span>
  );
}
