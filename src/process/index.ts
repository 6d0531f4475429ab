// The public surface of `thence/process`: background processes whose state lives in a folder, without a server.

export * from "./errors.ts";
export { ProcessManager, type FollowOptions, type RemoveOptions, type WaitOptions } from "./manager.ts";
export type { RunOptions } from "./launch.ts";
export type { Command, ProcessStatus } from "./record.ts";
export type { DamagedProcess, ManagedProcess, ProcessRecord } from "./view.ts";
