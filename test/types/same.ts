// Equality of types. What these files hold is checked by the compiler alone: nothing in them is ever run.

/** `true` if `A` and `B` are the same type to the letter, `any` being like nothing else. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- two generic functions are the same only if A and B are
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if `A` and `B` are the same. */
export function same<A, B>(..._proof: Same<A, B> extends true ? [] : ["these types differ"]): void {}

/** Compiles only if the value's type is `B`: `is<number>()(value)`. */
export function is<B>(): <A>(value: A, ..._proof: Same<A, B> extends true ? [] : ["these types differ"]) => void {
  return () => {};
}
