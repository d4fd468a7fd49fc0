import { cleanup, fireEvent, screen } from "@testing-library/react";
import { type ReactElement, useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import type { Slot, SlotPlace } from "../../../web/components/slots/slot.ts";
import { SlotHeatmap } from "../../../web/components/slots/slot-heatmap.tsx";
import { SlotTable } from "../../../web/components/slots/slot-table.tsx";
import { show } from "../support/shown.tsx";

afterEach(cleanup);

const columns = Array.from({ length: 24 }, (_, hour) => ({ name: String(hour).padStart(2, "0") }));
const rowsOf = (count: number) => Array.from({ length: count }, (_, day) => ({ key: `${day}`, label: `day ${day}` }));
const error: Slot = { state: "error" };
const complete: Slot = { state: "complete" };
const slotAt = (row: number, column: number): Slot | null =>
  row === 0 && column === 2 ? null : row === 1 && column === 3 ? error : complete;

function Chart({ count, onChoose }: { count: number; onChoose?: (place: SlotPlace) => void }): ReactElement {
  const [read, setRead] = useState<SlotPlace | null>(null);
  return (
    <>
      <p>{read === null ? "nothing" : `row ${read.row}, column ${read.column}`}</p>
      <SlotHeatmap
        label="Slots"
        columns={columns}
        rows={rowsOf(count)}
        slotAt={slotAt}
        read={read}
        onRead={setRead}
        {...(onChoose === undefined ? {} : { onChoose })}
      />
    </>
  );
}

test("arrows read a slot and stay inside, Enter chooses it, Escape leaves it", async () => {
  const onChoose = vi.fn();
  await show(() => <Chart count={3} onChoose={onChoose} />);
  const chart = screen.getByRole("img", { name: "Slots" });
  const press = (key: string, ctrlKey = false) => fireEvent.keyDown(chart, { key, ctrlKey });
  press("ArrowRight");
  expect(screen.getByText("row 0, column 0")).toBeTruthy();
  press("ArrowLeft");
  press("ArrowUp");
  expect(screen.getByText("row 0, column 0")).toBeTruthy();
  press("ArrowDown");
  press("End");
  expect(screen.getByText("row 1, column 23")).toBeTruthy();
  press("PageDown");
  expect(screen.getByText("row 2, column 23")).toBeTruthy();
  press("Enter");
  expect(onChoose).toHaveBeenCalledExactlyOnceWith({ row: 2, column: 23 });
  press("Home", true);
  expect(screen.getByText("row 0, column 0")).toBeTruthy();
  press("Escape");
  expect(screen.getByText("nothing")).toBeTruthy();
});

test("a slot that there is not is left out, and trouble has a glyph", async () => {
  await show(() => <Chart count={2} />);
  const cells = [...document.querySelectorAll("[data-slot]")];
  expect(cells).toHaveLength(47);
  expect(cells.filter((cell) => cell.getAttribute("data-slot") === "error")).toHaveLength(1);
  expect(document.querySelector("[data-slot=error] path")).not.toBeNull();
});

test("of 100,000 slots only those in sight are drawn", async () => {
  await show(() => <Chart count={4200} />);
  expect(document.querySelectorAll("[data-slot]").length).toBeLessThan(1500);
});

test("the table has the counts of each row, and names the few", async () => {
  await show(() => (
    <SlotTable
      label="Slots as numbers"
      rowName="Day"
      columns={columns}
      rows={rowsOf(3)}
      slotAt={slotAt}
      states={[
        { state: "complete", word: "complete" },
        { state: "error", word: "failed" },
      ]}
    />
  ));
  const rows = screen.getAllByRole("row").map((row) => row.textContent);
  expect(rows).toEqual(["Daycompletefailed", "day 0230", "day 123103", "day 2240"]);
});
