// The public surface of `thence/render`: pictures of task graphs, as text for Graphviz and Mermaid and as SVG.

export { toDOT } from "./dot.ts";
export { toMermaid } from "./mermaid.ts";
export { toReport } from "./report.ts";
export { toSVG } from "./svg.ts";
export { toTimeline } from "./timeline.ts";
export { toTrace } from "./trace.ts";
export { stateDiagram } from "./state-diagram.ts";
export type { Drawable } from "./drawable.ts";
export type { ColorBy, Direction, PictureOptions, Ways } from "./options.ts";
export type { StateDiagramOptions } from "./state-diagram.ts";
export type { Made, Timed } from "./time/past.ts";
export type { ReportOptions } from "./report.ts";
export type { TimelineOptions } from "./timeline.ts";
