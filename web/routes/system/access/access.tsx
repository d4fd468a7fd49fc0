import type { ReactElement } from "react";

/** Who may do what, and who did. */
export function Access(): ReactElement {
  return (
    <section className="px-(--gutter) py-4">
      <h2 className="font-semibold">People</h2>
    </section>
  );
}
