import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";

/** In the place of the sentences for who is on duty. */
export function FirstLine({ hasTask }: { readonly hasTask: boolean }): ReactElement {
  return (
    <section aria-label="On duty" className="border-b border-line">
      <ol>
        <li
          data-status="waiting"
          className="grid grid-cols-[16px_minmax(0,1fr)] items-center gap-2.5 px-(--gutter) py-[7px]"
        >
          <Mark status="waiting" size={16} />
          <p className="text-pretty">
            <b className="font-semibold">{hasTask ? "The first task is there." : "Nothing has run yet."}</b>{" "}
            <span className="text-ink-2">
              {hasTask
                ? "Its result comes next, and this page becomes the overview."
                : "Flowlord is up and watches its workflow folder. Save a workflow there and this page fills itself."}
            </span>
          </p>
        </li>
      </ol>
    </section>
  );
}
