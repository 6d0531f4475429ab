// The few ways in which this page makes elements. Text is always set as text: there is no markup made of strings anywhere.

/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

type Content = Node | string | undefined;

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}

/** A new element with attributes and content; `undefined` attributes and contents are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...content.filter((part) => part !== undefined));
  return element;
}

/** Sets an element's text, if it is another: screen readers and the layout need not hear of it otherwise. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Calls back at most once every so many milliseconds, and always after the last call. */
export function atMostEvery(ms: number, callback: () => void): () => void {
  let timer: number | undefined;
  let last = -Infinity;
  return () => {
    if (timer !== undefined) return;
    timer = window.setTimeout(
      () => {
        timer = undefined;
        last = performance.now();
        callback();
      },
      Math.max(0, last + ms - performance.now()),
    );
  };
}

/** Calls back before the next picture of the screen, once however often it was asked. */
export function beforePaint(callback: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      callback();
    });
  };
}
