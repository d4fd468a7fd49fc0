import type { ReactElement } from "react";

/** Line icons on a 16 px grid, in the colour of the text beside them. */
const PATHS = {
  overview: "M2.5 13.5v-5m4 5v-11m4 11v-7m4 7v-3",
  tasks: "M2.5 3.5h1m3 0h7m-11 4.5h1m3 0h7m-11 4.5h1m3 0h7",
  alerts: "M3 11.5h10c-1-1-1.5-2-1.5-4.5a3.5 3.5 0 0 0-7 0c0 2.5-.5 3.5-1.5 4.5zM6.7 14h2.6",
  system: "M1.5 8.5h3l2-5.5 3 10 2-4.5h3",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zm3.6-1.4L14 14",
  left: "m10 3.5-4.5 4.5 4.5 4.5",
  right: "m6 3.5 4.5 4.5L6 12.5",
  down: "m3.5 6 4.5 4.5L12.5 6",
  close: "m4 4 8 8m0-8-8 8",
  check: "m3 8.5 3.2 3.2L13 5",
  copy: "M5.5 5.5h8v8h-8zm-3 5v-8h8",
  retry: "M13 8a5 5 0 1 1-1.6-3.7M13 1.8v3h-3",
  edit: "m3 13 .7-3 7-7L13 5.3l-7 7zM9 4.7 11.3 7",
  stop: "M4 4h8v8H4z",
  pause: "M5.5 3.5v9m5-9v9",
  play: "M4.5 3v10l8-5z",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zm0-9.5V8l2.3 1.5",
  file: "M4 1.5h5l3.5 3.5v9.5H4zM9 1.5V5h3.5",
  workflow: "M2 2.5h4v4H2zm8 3.5h4v4h-4zm-8 3.5h4v4H2zm4-5c2.5 0 1.5 3.5 4 3.5M6 11.5c2.5 0 1.5-3.5 4-3.5",
  backfill: "M2 2.5h4v4H2zm8 0h4v4h-4zm-8 7h4v4H2zm8.5 2h3m-1.5-1.5v3",
  help: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.3 6.3a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.8.7-.8 1.2m0 2.3v.1",
  person: "M8 7.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 14c.5-3 2.5-4.5 5.2-4.5s4.7 1.5 5.2 4.5",
  key: "M5 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm3-3h6m-2 0v2.6",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6m4 0h3.5V6m0 4v3.5H10m-4 0H2.5V10",
  download: "M8 2v8m-3-3 3 3 3-3M2.5 13.5h11",
  mute: "M3 11.5h8M4.5 9V7a3.5 3.5 0 0 1 6-2.5M11.6 7.5c.1 2 .6 3 1.4 4M6.7 14h2.6M2.5 2.5l11 11",
  up: "m3.5 10 4.5-4.5 4.5 4.5",
  wrap: "M2.5 4h11m-11 4H12a2 2 0 1 1 0 4.5H8m1.5-1.5L8 12.5 9.5 14M2.5 12.5h3",
  view: "M2.5 3.5h11l-4.3 5v4l-2.4 1v-5z",
  columns: "M2 3h12v10H2zM6 3v10m4-10v10",
} as const;
export type IconName = keyof typeof PATHS | "theme";

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0"
    >
      {name === "theme" ? (
        <>
          <circle cx="8" cy="8" r="5.7" />
          <path d="M8 2.3a5.7 5.7 0 0 1 0 11.4z" fill="currentColor" />
        </>
      ) : (
        <path d={PATHS[name]} />
      )}
    </svg>
  );
}
