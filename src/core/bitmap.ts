// A set of small numbers whose least is found at once: a bit for each number, a bit for each word of those that is not empty, and so
// on, three levels deep (a van Emde Boas tree with words of 32 bits for clusters).

/** A set of numbers from 0 up to a limit. */
export class Bitmap {
  size: number = 0;
  readonly #words: Int32Array;
  readonly #groups: Int32Array;
  readonly #tops: Int32Array;
  /** No word of the top level below this one has a bit. */
  #lowest = 0;

  constructor(limit: number) {
    const words = (limit >>> 5) + 1;
    const groups = (words >>> 5) + 1;
    this.#words = new Int32Array(words);
    this.#groups = new Int32Array(groups);
    this.#tops = new Int32Array((groups >>> 5) + 1);
  }

  /** Puts in a number; returns whether it was not in it. */
  add(number: number): boolean {
    const word = number >>> 5;
    const group = number >>> 10;
    const top = number >>> 15;
    const before = this.#words[word] as number;
    if ((before & (1 << (number & 31))) !== 0) return false;
    this.size++;
    this.#words[word] = before | (1 << (number & 31));
    (this.#groups[group] as number) |= 1 << (word & 31);
    (this.#tops[top] as number) |= 1 << (group & 31);
    if (top < this.#lowest) this.#lowest = top;
    return true;
  }

  /** The least number; there must be one. */
  least(): number {
    const tops = this.#tops;
    let top = this.#lowest;
    while (tops[top] === 0) top++;
    this.#lowest = top;
    const group = (top << 5) | lowestBit(tops[top] as number);
    const word = (group << 5) | lowestBit(this.#groups[group] as number);
    return (word << 5) | lowestBit(this.#words[word] as number);
  }

  /** Takes out a number that is in it. */
  delete(number: number): void {
    const words = this.#words;
    const word = number >>> 5;
    this.size--;
    words[word] = (words[word] as number) & ~(1 << (number & 31));
    if (words[word] === 0) this.#deleteWord(word);
  }

  #deleteWord(word: number): void {
    const group = word >>> 5;
    const left = (this.#groups[group] as number) & ~(1 << (word & 31));
    this.#groups[group] = left;
    if (left === 0) (this.#tops[group >>> 5] as number) &= ~(1 << (group & 31));
  }

  /** Takes out all numbers, and returns them in order. */
  takeAll(): number[] {
    const numbers: number[] = [];
    while (this.size > 0) {
      const number = this.least();
      this.delete(number);
      numbers.push(number);
    }
    return numbers;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
