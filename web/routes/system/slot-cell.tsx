import type { ReactElement } from "react";
import { Mark, type Status } from "../../components/mark.tsx";

interface Props {
  readonly status: Status;
  /** In words, for whoever points at it or does not see it. */
  readonly title: string;
  /** Still to come. */
  readonly isPlanned?: boolean;
}

/** A cell of a slot heatmap: quiet where all is well, a glyph on colour where not, empty where there is nothing. */
export function SlotCell({ status, title, isPlanned = false }: Props): ReactElement {
  const look =
    status === "complete"
      ? "border-b-2 border-(--mark) bg-[color-mix(in_srgb,var(--mark)_33%,var(--surface))]"
      : status === "none"
        ? isPlanned
          ? "border border-dotted border-(--chart-ghost)"
          : "bg-surface-3"
        : "bg-(--tint)";
  return (
    <td className="p-px" title={title}>
      <span data-status={status} className={`flex size-(--cell) items-center justify-center rounded-mark ${look}`}>
        {status !== "complete" && status !== "none" && <Mark status={status} size={12} />}
        <span className="sr-only">{title}</span>
      </span>
    </td>
  );
}
