import type { ReactElement } from "react";

/** The reference of the API, from this server. */
export function Api(): ReactElement {
  return (
    <section className="px-(--gutter) py-4">
      <h2 className="font-semibold">Reference</h2>
      <p>
        <a className="text-accent underline" href="/api/docs">
          All routes on one page
        </a>
      </p>
    </section>
  );
}
