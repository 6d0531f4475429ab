// What this package uses of @dagrejs/graphlib-dot, which comes without types. It appears in none of our declarations.

declare module "@dagrejs/graphlib-dot" {
  import type { Graph } from "@dagrejs/graphlib";

  const graphlibDot: { write(graph: Graph): string };
  export default graphlibDot;
}
