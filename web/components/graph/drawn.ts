import type { IconName } from "../icon.tsx";
import type { Status } from "../mark.tsx";

/** What a graph shows of one of its things. */
export interface DrawnNode {
  readonly id: string;
  /** `source`: what starts others, a pill; `ghost`: what is not there, dashed; `outside`: of another graph. */
  readonly kind: "thing" | "source" | "ghost" | "outside";
  readonly status: Status;
  /** In place of the mark of its status. */
  readonly icon?: IconName;
  readonly title: string;
  /** A pattern, or a path. */
  readonly isMono?: boolean;
  /** The second line. */
  readonly line: string;
  /** All that a person would want to hear of it, in a sentence. */
  readonly about: string;
  /** The one that the page is about. */
  readonly isHere?: boolean;
  /** Held: hatched. */
  readonly isHeld?: boolean;
  readonly badge?: { readonly status: Status; readonly label: string };
  /** A word on its edge. */
  readonly word?: string;
}

export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** Under a condition: dashed; its words. */
  readonly condition?: string;
  /** Of the longest way. */
  readonly isCritical?: boolean;
  /** Something runs behind it. */
  readonly isLive?: boolean;
  /** To what is not there. */
  readonly isGhost?: boolean;
}

export interface Drawn {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export const NODE = { width: 168, height: 44 } as const;
