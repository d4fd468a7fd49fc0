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
