// Tasks drawn from life: with any name, in any state, at fixed times, without running anything.

import { settled, task, type State, type Task } from "thence";

export interface Sketch {
  readonly after?: readonly Task[];
  readonly softAfter?: readonly Task[];
  readonly attempts?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly error?: unknown;
  readonly group?: string;
  readonly estimate?: number;
}

/** A task as it would be if all this had happened to it. */
export function sketch(name: string, state: State = "PENDING", past: Sketch = {}): Task {
  const { after = [], softAfter = [], attempts = 0, startedAt, endedAt, error, group, estimate } = past;
  const drawn: Task = task(name, {
    require: [...after, ...softAfter.map((each) => settled(each))],
    ...(group === undefined ? {} : { group }),
    ...(estimate === undefined ? {} : { estimate }),
  });
  for (let attempt = 1; attempt <= attempts; attempt++) drawn._begin(startedAt ?? 0);
  if (endedAt !== undefined) drawn._end(endedAt);
  return Object.assign(drawn, { _state: state, _value: error });
}
