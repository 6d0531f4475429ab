// What people see of a run while it goes on: `thence/report`.

export { otel, type OtelObserver, type OtelOptions, type OtelTracer } from "./otel.ts";
export { progress, type ProgressDisplay } from "./progress.ts";
export type { ProgressMode, ProgressOptions } from "./progress/options.ts";
