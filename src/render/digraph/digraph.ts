// Graphs as numbers, for the walks that a drawing needs: nodes are 0 to size - 1, edges lie in arrays. Nothing here recurses,
// and every walk is linear, so that twenty thousand tasks are looked at in milliseconds.

/** An edge between two numbered nodes. */
export interface Arc {
  readonly from: number;
  readonly to: number;
}

/** The targets of each node's edges, side by side: those of node n are `targets[first[n]]` up to `targets[first[n + 1]]`. */
interface Successors {
  readonly first: Int32Array;
  readonly targets: Int32Array;
}

/** Sorts edges by the nodes that they start at; among those of one node the order stays. */
function successorsOf(size: number, arcs: readonly Arc[]): Successors {
  const first = new Int32Array(size + 1);
  for (const { from } of arcs) first[from + 1] = (first[from + 1] as number) + 1;
  for (let node = 0; node < size; node++) first[node + 1] = (first[node + 1] as number) + (first[node] as number);
  const next = first.slice();
  const targets = new Int32Array(arcs.length);
  for (const { from, to } of arcs) {
    targets[next[from] as number] = to;
    next[from] = (next[from] as number) + 1;
  }
  return { first, targets };
}

/**
 * The strongly connected component of each node, by Tarjan's algorithm: two nodes have the same number if and only if they lie on
 * a cycle together. Between components, edges lead from greater numbers to smaller ones.
 */
export function componentsOf(size: number, arcs: readonly Arc[]): Int32Array {
  const { first, targets } = successorsOf(size, arcs);
  const component = new Int32Array(size).fill(-1);
  // In order of discovery, from 1.
  const index = new Int32Array(size);
  const low = new Int32Array(size);
  const next = first.slice(0, size);
  const open: number[] = [];
  const path: number[] = [];
  let discovered = 0;
  let components = 0;
  const enter = (node: number): void => {
    index[node] = low[node] = ++discovered;
    open.push(node);
    path.push(node);
  };
  for (let root = 0; root < size; root++) {
    if (index[root] === 0) enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if ((next[node] as number) < (first[node + 1] as number)) {
        const target = targets[next[node] as number] as number;
        next[node] = (next[node] as number) + 1;
        if (index[target] === 0) enter(target);
        else if (component[target] === -1) low[node] = Math.min(low[node] as number, index[target] as number);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) low[above] = Math.min(low[above] as number, low[node] as number);
      if (low[node] !== index[node]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component[member] = components;
        if (member === node) break;
      }
      components++;
    }
  }
  return component;
}

/** The greatest number of edges on any way to each node, edges of cycles left out. */
export function levelsOf(size: number, arcs: readonly Arc[], component: Int32Array): Int32Array {
  const straight = arcs.filter(({ from, to }) => component[from] !== component[to]);
  const { first, targets } = successorsOf(size, straight);
  const unmet = new Int32Array(size);
  for (const { to } of straight) unmet[to] = (unmet[to] as number) + 1;
  const level = new Int32Array(size);
  const ready: number[] = [];
  for (let node = 0; node < size; node++) if (unmet[node] === 0) ready.push(node);
  for (const node of ready) {
    for (let k = first[node] as number; k < (first[node + 1] as number); k++) {
      const target = targets[k] as number;
      level[target] = Math.max(level[target] as number, (level[node] as number) + 1);
      unmet[target] = (unmet[target] as number) - 1;
      if (unmet[target] === 0) ready.push(target);
    }
  }
  return level;
}
