// The one place that meets @opentelemetry/api: an optional peer, loaded when a tracer is first given. It is required rather than
// imported, since `otel()` cannot wait; the API keeps its state in a global, so that it does not matter which copy of its code is asked.

import { createRequire } from "node:module";
import type * as OpenTelemetry from "@opentelemetry/api";
import { missingPackage } from "../core/check.ts";

export type { Context, Link, Span, SpanContext, Tracer } from "@opentelemetry/api";

/** All of OpenTelemetry's API. */
export type Api = typeof OpenTelemetry;

/** The API. @throws Error if it is not installed. */
export function loadApi(): Api {
  try {
    return createRequire(import.meta.url)("@opentelemetry/api") as Api;
  } catch (cause) {
    throw missingPackage("otel", ["@opentelemetry/api"], cause);
  }
}
