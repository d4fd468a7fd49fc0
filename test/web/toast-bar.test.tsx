import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { showToast } from "../../web/services/toasts.ts";
import { ToastBar } from "../../web/shell/toast-bar.tsx";

afterEach(cleanup);

test("a toast goes by itself after ten seconds, and the newest takes the place of the one before", () => {
  vi.useFakeTimers();
  render(<ToastBar />);
  act(() => {
    showToast("Paused load");
    showToast("Resumed load");
  });
  expect(screen.queryByText("Paused load")).toBeNull();
  expect(screen.getByText("Resumed load")).toBeTruthy();
  act(() => {
    vi.advanceTimersByTime(10_000);
  });
  expect(screen.queryByText("Resumed load")).toBeNull();
  vi.useRealTimers();
});

test("Undo takes it back once and closes it", () => {
  const undo = vi.fn();
  render(<ToastBar />);
  act(() => {
    showToast("Paused load", undo);
  });
  fireEvent.click(screen.getByRole("button", { name: /Undo/ }));
  expect(undo).toHaveBeenCalledTimes(1);
  expect(screen.queryByText("Paused load")).toBeNull();
});
