import { useReactFlow } from "@xyflow/react";
import type { ReactElement } from "react";
import { Button } from "../button.tsx";
import { Icon } from "../icon.tsx";

/** Zoom in, out, and to the whole. */
export function ZoomButtons(): ReactElement {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <>
      <Button kind="icon" aria-label="Zoom out" title="Zoom out" onClick={() => void zoomOut()}>
        <Icon name="minus" />
      </Button>
      <Button kind="icon" aria-label="Zoom in" title="Zoom in" onClick={() => void zoomIn()}>
        <Icon name="plus" />
      </Button>
      <Button
        kind="icon"
        aria-label="Fit"
        title="Show the whole graph"
        onClick={() => void fitView({ padding: 0.05, maxZoom: 1 })}
      >
        <Icon name="fit" />
      </Button>
    </>
  );
}
