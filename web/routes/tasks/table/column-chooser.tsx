import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Popover } from "../../../components/popover/popover.tsx";
import { COLUMNS } from "./columns.ts";
import type { ColumnsInUse } from "./use-columns.ts";

/** Which columns are shown. A column that is the same in each row is hidden until it is asked for. */
export function ColumnChooser({ inUse }: { readonly inUse: ColumnsInUse }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const shown = new Set<string>(inUse.columns.map(({ id }) => id));
  return (
    <Popover
      label="Columns"
      align="end"
      isOpen={isOpen}
      onOpen={setOpen}
      trigger={
        <Button kind="bare" className="max-[720px]:hidden">
          <Icon name="columns" size={14} />
          {shown.size} of {COLUMNS.length} columns
        </Button>
      }
    >
      {(close) => (
        <>
          {COLUMNS.map(({ id, name }) => (
            <label key={id} className="flex h-7 items-center gap-2 rounded-control px-2 hover:bg-surface-3">
              <input
                type="checkbox"
                checked={shown.has(id)}
                disabled={shown.size === 1 && shown.has(id)}
                onChange={({ target }) => inUse.setShown(id, target.checked)}
              />
              {name}
            </label>
          ))}
          <Button
            kind="bare"
            className="mt-1 w-full border-t-line"
            onClick={() => {
              inUse.reset();
              close();
            }}
          >
            As they were at first
          </Button>
        </>
      )}
    </Popover>
  );
}
