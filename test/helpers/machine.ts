// The table of the state machine, copied from the design by hand: what the code is compared with.

import type { EventName, State } from "thence";

export const MACHINE: Record<State, Partial<Record<EventName, State>>> = {
  PREPARE: { prepared: "PENDING", cancel: "CANCELLED" },
  PENDING: { queue: "QUEUED", dispatch: "RUNNING", error: "FAILED", cancel: "CANCELLED" },
  QUEUED: { dispatch: "RUNNING", release: "PENDING", error: "FAILED", cancel: "CANCELLED" },
  RUNNING: { done: "DONE", error: "FAILED", cancel: "CANCELLED", retry: "PENDING", release: "PENDING" },
  FAILED: { retry: "PENDING" },
  CANCELLED: { retry: "PENDING" },
  DONE: { reset: "PENDING" },
};
