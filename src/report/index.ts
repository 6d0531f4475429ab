// What people see of a run while it goes on: `thence/report`.

export { otel, type OtelObserver, type OtelOptions, type OtelTracer } from "./otel.ts";
