/** A rectangle of the picture, in its own units. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Closer than this nothing is to be seen that is not seen from here. */
const closest = 1.6;

/** Which part of the picture is looked at: `screen = picture × scale + (x, y)`. */
export class Camera {
  x = 0;
  y = 0;
  scale = 1;

  constructor(
    public size: Size,
    public whole: Box,
  ) {}

  /** The part that is seen, and a little around it. */
  seen(margin: number): Box {
    return {
      left: -this.x / this.scale - margin,
      top: -this.y / this.scale - margin,
      right: (this.size.width - this.x) / this.scale + margin,
      bottom: (this.size.height - this.y) / this.scale + margin,
    };
  }

  /** The scale at which all of it is seen. */
  get farthest(): number {
    const { left, top, right, bottom } = this.whole;
    return Math.min(1, this.size.width / (right - left), this.size.height / (bottom - top));
  }

  fit(): void {
    this.scale = this.farthest;
    this.lookAt((this.whole.left + this.whole.right) / 2, (this.whole.top + this.whole.bottom) / 2);
  }

  lookAt(x: number, y: number): void {
    this.x = this.size.width / 2 - x * this.scale;
    this.y = this.size.height / 2 - y * this.scale;
  }

  pan(dx: number, dy: number): void {
    // Half a window of the picture stays in sight.
    const { left, top, right, bottom } = this.whole;
    const { width, height } = this.size;
    this.x = clamp(this.x + dx, width / 2 - right * this.scale, width / 2 - left * this.scale);
    this.y = clamp(this.y + dy, height / 2 - bottom * this.scale, height / 2 - top * this.scale);
  }

  /** Zooms so that the point of the screen stays where it is. */
  zoom(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    const scale = clamp(this.scale * factor, this.farthest, closest);
    this.x = x - ((x - this.x) / this.scale) * scale;
    this.y = y - ((y - this.y) / this.scale) * scale;
    this.scale = scale;
  }

  /** Moves just so far that a box is seen whole; true where it had to move. */
  bringIntoSight(box: Box): boolean {
    const seen = this.seen(0);
    const dx =
      box.left < seen.left ? seen.left - box.left : box.right > seen.right ? seen.right - box.right : 0;
    const dy =
      box.top < seen.top ? seen.top - box.top : box.bottom > seen.bottom ? seen.bottom - box.bottom : 0;
    this.x += dx * this.scale;
    this.y += dy * this.scale;
    return dx !== 0 || dy !== 0;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
