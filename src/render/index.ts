// The public surface of `thence/render`: pictures of task graphs, as text for Graphviz and Mermaid and as SVG.

export { toDOT } from "./dot.ts";
export { toMermaid } from "./mermaid.ts";
export { toSVG } from "./svg.ts";
export { toTimeline } from "./timeline.ts";
export { toTrace } from "./trace.ts";
export { stateDiagram } from "./state-diagram.ts";
export type { Direction, Drawable, PictureOptions } from "./picture.ts";
export type { StateDiagramOptions } from "./state-diagram.ts";
export type { Made, Timed } from "./past.ts";
export type { TimelineOptions } from "./timeline.ts";
