import { html } from './dom';
import type { Picture } from './picture';

const [width, height] = [150, 96];

/** The whole tree in small, with the part that is seen: for finding one's way in a large run. */
export class Overview {
  readonly element = html('canvas', { class: 'overview', 'aria-hidden': 'true', hidden: true });
  private shown: unknown;
  private backdrop: ImageData | undefined;

  constructor(private readonly picture: Picture) {
    const ratio = devicePixelRatio;
    this.element.width = width * ratio;
    this.element.height = height * ratio;
    this.element.addEventListener('pointerdown', (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.go(event);
    });
    this.element.addEventListener('pointermove', (event) => {
      if (event.buttons === 1) this.go(event);
    });
  }

  draw(): void {
    const { camera, layout } = this.picture;
    const isAllSeen = camera.scale <= camera.farthest * 1.02;
    this.element.hidden = isAllSeen || layout.places.size < 12;
    const context = this.element.getContext('2d');
    if (this.element.hidden || !context) return;
    const { factor, x, y } = this.fit();
    const ratio = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    const colour = getComputedStyle(this.element);
    // The dots of ten thousand nodes are drawn when the tree grows, not whenever it is moved.
    if (this.shown !== layout || !this.backdrop) {
      context.clearRect(0, 0, this.element.width, this.element.height);
      context.fillStyle = colour.getPropertyValue('color');
      const size = Math.max(ratio, 26 * factor * ratio);
      for (const node of layout.places.keys()) {
        const place = this.picture.placeOf(node);
        if (place)
          context.fillRect((place.x * factor + x) * ratio, (place.y * factor + y) * ratio, size, size);
      }
      this.backdrop = context.getImageData(0, 0, this.element.width, this.element.height);
      this.shown = layout;
    } else context.putImageData(this.backdrop, 0, 0);
    const seen = camera.seen(0);
    context.scale(ratio, ratio);
    context.strokeStyle = colour.getPropertyValue('outline-color');
    context.lineWidth = 1.5;
    context.strokeRect(
      seen.left * factor + x,
      seen.top * factor + y,
      (seen.right - seen.left) * factor,
      (seen.bottom - seen.top) * factor,
    );
  }

  private fit() {
    const { left, top, right, bottom } = this.picture.camera.whole;
    const factor = Math.min((width - 12) / (right - left), (height - 12) / (bottom - top));
    return {
      factor,
      x: (width - (right - left) * factor) / 2 - left * factor,
      y: (height - (bottom - top) * factor) / 2 - top * factor,
    };
  }

  private go(event: PointerEvent): void {
    const { factor, x, y } = this.fit();
    this.picture.lookAt((event.offsetX - x) / factor, (event.offsetY - y) / factor);
  }
}
