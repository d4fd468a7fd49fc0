import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { CopyButton } from "../../web/components/copy-button.tsx";
import { Empty } from "../../web/components/empty.tsx";
import { Pill } from "../../web/components/pill.tsx";
import { RelativeTime } from "../../web/components/relative-time.tsx";
import { TabRow } from "../../web/components/tab-row.tsx";
import { Head, TABLE } from "../../web/components/table.tsx";
import { setPreferences } from "../../web/services/preferences.ts";
import { show } from "./support/shown.tsx";

afterEach(cleanup);

test("a time is relative, and exact in the chosen zone on hover", async () => {
  setPreferences({ zone: "Europe/Berlin" });
  const at = new Date(Date.now() - 3 * 60_000).toISOString();
  await show(() => <RelativeTime at={at} />);
  const time = screen.getByText("3 m ago");
  expect(time.title).toMatch(/^\d+ \w{3} \d\d:\d\d:\d\d Europe\/Berlin$/);
  setPreferences({ zone: "local" });
});

test("what does not exist is an en dash", async () => {
  await show(() => <RelativeTime at={null} />);
  expect(screen.getByText("–")).toBeTruthy();
});

test("a pill is taken off by its cross", async () => {
  const onRemove = vi.fn();
  await show(() => (
    <Pill removeLabel="Remove result:error" onRemove={onRemove}>
      result:error
    </Pill>
  ));
  fireEvent.click(screen.getByRole("button", { name: "Remove result:error" }));
  expect(onRemove).toHaveBeenCalledTimes(1);
});

test("a text is copied, and that is said", async () => {
  const writeText = vi.fn(async () => undefined);
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  await show(() => <CopyButton text="0195500a" what="the id" />);
  fireEvent.click(screen.getByRole("button", { name: "Copy the id" }));
  await screen.findByText("copied");
  expect(writeText).toHaveBeenCalledWith("0195500a");
  vi.unstubAllGlobals();
});

test("tabs are links, and the one that is shown says so", async () => {
  await show(() => (
    <TabRow
      label="Alerts"
      tabs={[
        { name: "Alerts", link: { to: "/" } },
        { name: "Silences", link: { to: "/login", search: { back: "/" } }, isCurrent: false },
      ]}
    />
  ));
  expect(screen.getByRole("link", { name: "Alerts" }).getAttribute("aria-current")).toBe("page");
  expect(screen.getByRole("link", { name: "Silences" }).getAttribute("aria-current")).toBeNull();
});

test("the sorted column says its order", async () => {
  const onSort = vi.fn();
  await show(() => (
    <table className={TABLE}>
      <thead>
        <tr>
          <Head sorted="descending" isNumber onSort={onSort}>
            Size
          </Head>
          <Head>Name</Head>
        </tr>
      </thead>
    </table>
  ));
  expect(screen.getByRole("columnheader", { name: "Size ↓" }).getAttribute("aria-sort")).toBe("descending");
  fireEvent.click(screen.getByRole("button", { name: "Size ↓" }));
  expect(onSort).toHaveBeenCalledTimes(1);
});

test("an empty place says what to do", async () => {
  await show(() => <Empty action={<button type="button">Remove it</button>}>No task matches.</Empty>);
  expect(screen.getByRole("button", { name: "Remove it" })).toBeTruthy();
});
