// The public surface of `thence/server`: the live page of a run.

export { serve } from "./serve.ts";
export type { LivePage, ServeOptions } from "./serve.ts";
