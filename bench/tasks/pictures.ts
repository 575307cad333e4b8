// Small pictures with their descriptions, and films of one shape with what it does, as vectors.

import type { Draws } from './draws.js';
import { type Matrix, matrixOf } from './npy.js';

const kinds = ['circle', 'square', 'triangle'] as const;
const colours = {
  red: [1, 0.1, 0.1],
  green: [0.1, 0.9, 0.1],
  blue: [0.2, 0.3, 1],
  yellow: [1, 0.9, 0.1],
} as const;

/** A shape at (x, y), in pixels, y downwards. */
export interface Shape {
  readonly kind: (typeof kinds)[number];
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Radians. */
  readonly angle: number;
}

interface ColouredShape extends Shape {
  readonly size: 'small' | 'large';
  readonly colour: keyof typeof colours;
}

/** Whether a shape covers a point. */
function covers({ kind, x, y, radius, angle }: Shape, px: number, py: number): boolean {
  const [dx, dy] = [(px - x) / radius, (py - y) / radius];
  const u = Math.cos(angle) * dx + Math.sin(angle) * dy;
  const v = Math.cos(angle) * dy - Math.sin(angle) * dx;
  if (kind === 'circle') return u * u + v * v <= 1;
  if (kind === 'square') return Math.max(Math.abs(u), Math.abs(v)) <= 0.9;
  // It turns around its centre: the corner is at -1.1, the side opposite at 0.55.
  return v <= 0.55 && Math.abs(u) <= (0.95 * (v + 1.1)) / 1.65;
}

const FINE = 4; // points of a pixel in each direction

/** The part of each pixel (side, side) that a shape covers. */
export function render(shape: Shape, side: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => {
    let covered = 0;
    for (let j = 0; j < FINE * FINE; j++) {
      const px = (i % side) + ((j % FINE) + 0.5) / FINE;
      const py = Math.floor(i / side) + (Math.floor(j / FINE) + 0.5) / FINE;
      if (covers(shape, px, py)) covered++;
    }
    return covered / FINE ** 2;
  });
}

/** Adds noise and keeps each value in [0, 1]. */
function noisy(values: Float32Array, draws: Draws, noise: number): Float32Array {
  return values.map((value) => Math.min(1, Math.max(0, value + draws.real(-noise, noise))));
}

/** The three coloured planes (3, side, side) of a scene on black. */
function paint(shapes: readonly ColouredShape[], side: number): Float32Array {
  const picture = new Float32Array(3 * side * side);
  for (const shape of shapes) {
    const mask = render(shape, side);
    for (let i = 0; i < picture.length; i++) {
      const part = mask[i % mask.length];
      picture[i] += part * (colours[shape.colour][Math.floor(i / mask.length)] - picture[i]);
    }
  }
  return picture;
}

const columns = ['left', '', 'right'];
const rows = ['top', '', 'bottom'];

/** Where the only shape of a picture is: `in the middle`, `at the top`, `at the bottom left`. */
function place(x: number, y: number): string {
  const at = [rows[y], columns[x]].filter((part) => part !== '').join(' ');
  return at === '' ? 'in the middle' : `at the ${at}`;
}

/** A picture of one to three shapes in a row or a column, and the one sentence that describes it. */
function scene(draws: Draws, side: number): { shapes: ColouredShape[]; text: string } {
  const count = draws.between(1, 3);
  const unit = side / 16;
  const one = (x: number, y: number, jitter: number): ColouredShape => {
    const size = draws.pick(['small', 'large'] as const);
    return {
      kind: draws.pick(kinds),
      size,
      colour: draws.pick(Object.keys(colours) as (keyof typeof colours)[]),
      x: x + unit * draws.real(-jitter, jitter),
      y: y + unit * draws.real(-jitter, jitter),
      radius: unit * (size === 'small' ? draws.real(1.5, 1.8) : draws.real(2.4, 2.7)),
      angle: 0,
    };
  };
  const named = ({ size, colour, kind }: ColouredShape): string => `a ${size} ${colour} ${kind}`;
  if (count === 1) {
    const [x, y] = [draws.below(3), draws.below(3)];
    const shape = one(side * (0.2 + 0.3 * x), side * (0.2 + 0.3 * y), 0.8);
    return { shapes: [shape], text: `${named(shape)} ${place(x, y)}` };
  }
  // From left to right or from the top to the bottom, on a line across the picture.
  const across = draws.chance(0.5);
  const line = side * draws.real(0.25, 0.75);
  const shapes = Array.from({ length: count }, (_, i) => {
    const along = (side * (i + 0.5)) / count;
    return across ? one(along, line, count === 2 ? 0.8 : 0.1) : one(line, along, count === 2 ? 0.8 : 0.1);
  });
  return { shapes, text: shapes.map(named).join(across ? ' left of ' : ' above ') };
}

export interface Pictures {
  readonly texts: string[];
  /** (count, F) */
  readonly vectors: Matrix;
}

/** Pictures of side × side pixels and their descriptions. A vector is the picture, F = 3 · side², plane by plane. */
export function pictures(count: number, draws: Draws, side = 16, noise = 0.05): Pictures {
  const texts: string[] = [];
  const vectors: Float32Array[] = [];
  for (let i = 0; i < count; i++) {
    const { shapes, text } = scene(draws, side);
    texts.push(text);
    vectors.push(noisy(paint(shapes, side), draws, noise));
  }
  return { texts, vectors: matrixOf(vectors) };
}

export interface Film {
  readonly label: string;
  readonly text: string;
  /** (frames, side²) */
  readonly frames: Matrix;
}

/** What a shape can do, by label: the end of its sentence. */
const actions: Readonly<Record<string, string>> = {
  left: 'moves left',
  right: 'moves right',
  up: 'moves up',
  down: 'moves down',
  grows: 'grows',
  shrinks: 'shrinks',
  turns: 'turns',
};

/** 8 to 20 grey frames of side × side pixels in which one shape does one thing, with the label and a sentence. */
export function film(draws: Draws, label: string, side = 12, noise = 0.05): Film {
  const length = draws.between(8, 20);
  const unit = side / 12;
  // A circle that turns looks like one that does nothing.
  const kind = draws.pick(label === 'turns' ? (['square', 'triangle'] as const) : kinds);
  const size = draws.pick(['small', 'large'] as const);
  const bright = draws.chance(0.5);
  const light = bright ? draws.real(0.85, 1) : draws.real(0.4, 0.55);
  const fixed =
    label in { grows: 0, shrinks: 0 } ? undefined : unit * (size === 'small' ? 2 : 3.2) * draws.real(0.95, 1.05);
  const [low, high] = [unit * draws.real(1, 1.5), unit * draws.real(3.5, 4.5)];
  const way = unit * draws.real(4, 7);
  const [x0, y0] = [side / 2 + unit * draws.real(-1.5, 1.5), side / 2 + unit * draws.real(-1.5, 1.5)];
  const turn = draws.pick([-1, 1]) * draws.real(0.15, 0.3);
  const begin = label === 'turns' ? draws.real(0, Math.PI) : 0;
  const frames = Array.from({ length }, (_, t) => {
    const part = t / (length - 1);
    const shift = way * (part - 0.5);
    const shape: Shape = {
      kind,
      x: label === 'left' ? side / 2 - shift : label === 'right' ? side / 2 + shift : x0,
      y: label === 'up' ? side / 2 - shift : label === 'down' ? side / 2 + shift : y0,
      radius: fixed ?? low + (high - low) * (label === 'grows' ? part : 1 - part),
      angle: label === 'turns' ? begin + turn * t : 0,
    };
    return noisy(
      render(shape, side).map((covered) => covered * light),
      draws,
      noise,
    );
  });
  const words = [...(fixed === undefined ? [] : [size]), bright ? 'bright' : 'dim', kind, actions[label]];
  return { label, text: `a ${words.join(' ')}`, frames: matrixOf(frames) };
}

/** Films of all actions, equally frequent, in random order. */
export function films(count: number, draws: Draws, side = 12): Film[] {
  const labels = Object.keys(actions);
  const order = draws.shuffled(Array.from({ length: count }, (_, i) => labels[i % labels.length]));
  return order.map((label) => film(draws, label, side));
}
