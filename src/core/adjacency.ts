// Who waits for whom on a roster, by place: linked lists in two growing arrays of numbers ("forward star"), so that a run passes
// news along a million edges without touching a million tasks.

const FIRST = 16;

/** The edges from prerequisites to dependents. */
export class Adjacency {
  /** How many edges there are; they are numbered from 1. */
  count = 0;
  /** By edge: the dependent's place, */
  dependent: Int32Array = new Int32Array(FIRST);
  /** and the prerequisite's edge before it, 0 at the end of the list. */
  before: Int32Array = new Int32Array(FIRST);
  /** By the prerequisite's place: its last edge, 0 if it has none. */
  last: Int32Array = new Int32Array(FIRST);

  /** Makes room for places. */
  reserve(places: number): void {
    this.last = extend(new Int32Array(places), this.last);
  }

  add(prerequisite: number, dependent: number): void {
    const edge = ++this.count;
    if (edge === this.dependent.length) {
      this.dependent = extend(new Int32Array(2 * edge), this.dependent);
      this.before = extend(new Int32Array(2 * edge), this.before);
    }
    this.dependent[edge] = dependent;
    this.before[edge] = this.last[prerequisite] as number;
    this.last[prerequisite] = edge;
  }

  /** Takes off the edges after the first `count` ones, all of which start at `place` or later places. */
  forget(place: number, count: number): void {
    this.count = count;
    this.last.fill(0, place);
  }
}

/** Copies the numbers of an array into a longer one, and returns that. */
export function extend<T extends Uint8Array | Int32Array | Float64Array>(longer: T, shorter: T): T {
  longer.set(shorter);
  return longer;
}
