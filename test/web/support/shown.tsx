import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { queryClient } from "../../../web/services/queries.ts";

/** Shows it at the root of a router of its own, as a page shows its parts. */
export async function show(parts: () => ReactNode): Promise<void> {
  queryClient.clear();
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: "/", component: parts });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  await router.load();
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
}
