// Transitive reduction: which edges say nothing that a longer way does not say. Reachability is kept as bits, for a thousand
// targets at a time, so that memory stays linear.

import { componentsOf, type Arc } from "./digraph.ts";

const WORDS = 32;
const TARGETS = WORDS * 32;

/** An edge, and whether ways may lead over it. */
export interface ReducibleArc extends Arc {
  /** A soft edge may be implied by a way, but is never part of one: what it lets pass, a failure, hard edges do not. */
  readonly isSoft: boolean;
}

/** The edges without those that are implied by a way of two or more hard edges. Edges of cycles all stay. */
export function reduced<T extends ReducibleArc>(size: number, arcs: readonly T[]): T[] {
  const cycle = componentsOf(size, arcs);
  // What soft edges close to a cycle is none for those who go along hard ones.
  const component = componentsOf(
    size,
    arcs.filter(({ isSoft }) => !isSoft),
  );
  const components = component.reduce((most, each) => Math.max(most, each + 1), 0);
  const bySource: T[][] = Array.from({ length: components }, () => []);
  for (const arc of arcs) {
    if (component[arc.from] !== component[arc.to]) bySource[component[arc.from] as number]?.push(arc);
  }
  const implied = new Set<T>();
  const reach = new Int32Array(components * WORDS);
  const beyond = new Int32Array(WORDS);
  for (let base = 0; base < components; base += TARGETS) {
    reach.fill(0);
    // Hard edges lead to smaller numbers, so all that a component reaches is known before its turn.
    for (let source = base + 1; source < components; source++) visit(bySource[source] as T[], source, base);
  }
  return arcs.filter((arc) => cycle[arc.from] === cycle[arc.to] || !implied.has(arc));

  // `beyond` becomes what is reached in two steps or more.
  function visit(own: readonly T[], source: number, base: number): void {
    beyond.fill(0);
    for (const { to, isSoft } of own) {
      if (isSoft) continue;
      const at = (component[to] as number) * WORDS;
      for (let word = 0; word < WORDS; word++) {
        beyond[word] = (beyond[word] as number) | (reach[at + word] as number);
      }
    }
    reach.set(beyond, source * WORDS);
    for (const arc of own) {
      const bit = (component[arc.to] as number) - base;
      if (bit < 0 || bit >= TARGETS) continue;
      if (((beyond[bit >> 5] as number) >>> (bit & 31)) & 1) implied.add(arc);
      if (arc.isSoft) continue;
      const word = source * WORDS + (bit >> 5);
      reach[word] = (reach[word] as number) | (1 << (bit & 31));
    }
  }
}
