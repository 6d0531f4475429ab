// A picture in a frame that scrolls: zoomed by buttons, keys and ctrl-wheel, moved by scrolling or by dragging. Scrolling is the
// browser's own, so that touch, keyboard and scroll bars work as everywhere.

/// <reference lib="dom" />

const STEP = 1.25;
const SMALLEST = 0.02;
const LARGEST = 4;
/** How far the pointer may go in a click that is not a drag. */
const CLICK = 4;

/** A frame with a picture. */
export class Viewport {
  readonly frame: HTMLElement;
  #svg: SVGSVGElement | undefined;
  #width = 0;
  #height = 0;
  #zoom = 1;
  #isFitted = true;
  #dragged = false;

  constructor(frame: HTMLElement) {
    this.frame = frame;
    frame.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    frame.addEventListener("keydown", (event) => this.#onKey(event));
    frame.addEventListener("pointerdown", (event) => this.#onPointerDown(event));
    // A drag is no click on what happens to be below the pointer.
    frame.addEventListener("click", (event) => this.#dragged && event.stopPropagation(), { capture: true });
    new ResizeObserver(() => this.#isFitted && this.fit()).observe(frame);
  }

  get svg(): SVGSVGElement | undefined {
    return this.#svg;
  }

  /** Shows a picture in the place of the one before: where that was, and as large. */
  show(svg: SVGSVGElement): void {
    const { width, height } = svg.viewBox.baseVal;
    this.#width = width;
    this.#height = height;
    svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
    this.#svg = svg;
    const { scrollLeft, scrollTop } = this.frame;
    this.frame.replaceChildren(svg);
    if (this.#isFitted) this.fit();
    else {
      this.#resize();
      this.frame.scrollTo(scrollLeft, scrollTop);
    }
  }

  /** Makes the whole picture visible, but no larger than it was drawn. */
  fit(): void {
    const { clientWidth, clientHeight } = this.frame;
    // While another picture is shown there is nothing to fit into; the observer calls again.
    if (this.#svg === undefined || clientWidth === 0) return;
    const fitting = Math.min((clientWidth - 16) / this.#width, (clientHeight - 16) / this.#height, 1);
    this.#isFitted = true;
    this.#zoom = Math.min(LARGEST, Math.max(SMALLEST, fitting));
    this.#resize();
  }

  /** Zooms in (`1`) or out (`-1`), around a point of the frame: its middle, unless given. */
  zoom(steps: number, x: number = this.frame.clientWidth / 2, y: number = this.frame.clientHeight / 2): void {
    const zoom = Math.min(LARGEST, Math.max(SMALLEST, this.#zoom * STEP ** steps));
    const factor = zoom / this.#zoom;
    const { scrollLeft, scrollTop } = this.frame;
    this.#zoom = zoom;
    this.#isFitted = false;
    this.#resize();
    this.frame.scrollTo((scrollLeft + x) * factor - x, (scrollTop + y) * factor - y);
  }

  /** Scrolls as far as it takes to see a part of the picture. */
  reveal(part: Element): void {
    const outer = this.frame.getBoundingClientRect();
    const inner = part.getBoundingClientRect();
    const isInside =
      inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
    if (isInside) return;
    this.frame.scrollBy(
      (inner.left + inner.right - outer.left - outer.right) / 2,
      (inner.top + inner.bottom - outer.top - outer.bottom) / 2,
    );
  }

  #resize(): void {
    this.#svg?.setAttribute("width", String(Math.round(this.#width * this.#zoom)));
    this.#svg?.setAttribute("height", String(Math.round(this.#height * this.#zoom)));
  }

  #onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top } = this.frame.getBoundingClientRect();
    this.zoom(-event.deltaY / 100, event.clientX - left, event.clientY - top);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "+" || event.key === "=") this.zoom(1);
    else if (event.key === "-") this.zoom(-1);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
  }

  #onPointerDown(event: PointerEvent): void {
    this.#dragged = false;
    if (event.button !== 0 || event.pointerType !== "mouse") return;
    const { frame } = this;
    const { clientX, clientY } = event;
    const { scrollLeft, scrollTop } = frame;
    const ended = new AbortController();
    const { signal } = ended;
    const move = (to: PointerEvent): void => {
      const [x, y] = [to.clientX - clientX, to.clientY - clientY];
      if (!this.#dragged && Math.hypot(x, y) <= CLICK) return;
      this.#dragged = true;
      frame.classList.add("dragged");
      frame.scrollTo(scrollLeft - x, scrollTop - y);
    };
    const end = (): void => {
      ended.abort();
      frame.classList.remove("dragged");
    };
    window.addEventListener("pointermove", move, { signal });
    window.addEventListener("pointerup", end, { signal });
    window.addEventListener("pointercancel", end, { signal });
  }
}
