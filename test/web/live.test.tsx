import { act, cleanup, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ask, closeQuestion } from "../../web/acting/ask.ts";
import { hold, useLiveEvents } from "../../web/services/live.ts";
import { useNow } from "../../web/services/now.ts";
import { queryClient } from "../../web/services/queries.ts";

class Stream extends EventTarget {
  static readonly all: Stream[] = [];
  readonly url: string;
  isClosed = false;

  constructor(url: string) {
    super();
    this.url = url;
    Stream.all.push(this);
  }

  close(): void {
    this.isClosed = true;
  }

  say(name: string, id: string): void {
    this.dispatchEvent(new MessageEvent(name, { lastEventId: id }));
  }
}

const open = (): readonly Stream[] => Stream.all.filter(({ isClosed }) => !isClosed);

function hide(isHidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

function Live() {
  useLiveEvents(true);
  return <p>{useNow(1000)}</p>;
}

let invalidated: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  vi.useFakeTimers();
  Stream.all.length = 0;
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response("{}")),
  );
  invalidated = vi.spyOn(queryClient, "invalidateQueries").mockResolvedValue();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("many events become one reading", () => {
  render(<Live />);
  for (let id = 0; id < 50; id++) Stream.all[0]?.say("tasks", String(id));
  vi.advanceTimersByTime(1000);
  expect(invalidated).toHaveBeenCalledTimes(1);
});

test("a hidden tab costs nothing: no stream, no reading, no clock; seen again it goes on where it was", () => {
  const { container } = render(<Live />);
  Stream.all[0]?.say("tasks", "7");
  hide(true);
  expect(open()).toEqual([]);
  const shown = container.textContent;
  act(() => {
    vi.advanceTimersByTime(60_000);
  });
  expect(invalidated).not.toHaveBeenCalled();
  expect(fetch).not.toHaveBeenCalled();
  expect(container.textContent).toBe(shown);
  hide(false);
  expect(open().map(({ url }) => url)).toEqual(["/api/events?last_event_id=7"]);
  vi.advanceTimersByTime(1000);
  expect(invalidated).toHaveBeenCalledTimes(1);
});

test("rows wait while something is held or a dialog asks, and come afterwards", () => {
  render(<Live />);
  const release = hold();
  Stream.all[0]?.say("tasks", "1");
  vi.advanceTimersByTime(5000);
  ask({ kind: "pause", phase: { type: "load", job: "", workflow: "a.toml" } });
  release();
  vi.advanceTimersByTime(5000);
  expect(invalidated).not.toHaveBeenCalled();
  closeQuestion();
  vi.advanceTimersByTime(1000);
  expect(invalidated).toHaveBeenCalledTimes(1);
});

test("a stream that ends is opened again", async () => {
  render(<Live />);
  Stream.all[0]?.say("tasks", "3");
  await act(async () => {
    Stream.all[0]?.dispatchEvent(new Event("error"));
    await vi.advanceTimersByTimeAsync(3000);
  });
  expect(open().map(({ url }) => url)).toEqual(["/api/events?last_event_id=3"]);
});
