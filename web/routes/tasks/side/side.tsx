import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import type { TasksSearch } from "../search.ts";
import { FacetList } from "./facets.tsx";
import { Views } from "./views.tsx";

interface Props {
  readonly search: TasksSearch;
  readonly tz: string;
  readonly onSearch: (query: string) => void;
}

/** Views, and what the matches are, beside the list. */
export function Side(props: Props): ReactElement {
  return (
    <aside
      aria-label="Views and filters"
      className="w-44.5 shrink-0 overflow-x-hidden overflow-y-auto border-r border-line px-2 py-3 max-[1100px]:hidden print:hidden"
    >
      <Parts {...props} />
    </aside>
  );
}

/** The same behind a button, where there is no room beside the list. */
export function SideButton(props: Props): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <span className="min-[1101px]:hidden print:hidden">
        <Button className="h-8" onClick={() => setOpen(true)}>
          Views and filters
        </Button>
      </span>
      {isOpen && (
        <Dialog title="Views and filters" onClose={() => setOpen(false)}>
          <Parts {...props} onOpenView={() => setOpen(false)} />
          <Button kind="go" onClick={() => setOpen(false)}>
            Show the list
          </Button>
        </Dialog>
      )}
    </>
  );
}

function Parts({ search, tz, onSearch, onOpenView }: Props & { readonly onOpenView?: () => void }): ReactElement {
  return (
    <>
      <Views search={search} tz={tz} onOpenView={onOpenView} />
      <FacetList query={search.q ?? ""} tz={tz} onSearch={onSearch} />
    </>
  );
}
