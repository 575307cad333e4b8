import type { RunData } from '../report-data.js';
import { runColour } from './colours.js';
import { joined } from './curves.js';
import { section } from './elements.js';
import type { PlottedCurve } from './plot-parts.js';
import { Plot } from './plots.js';

/** How far back the gradient of a loss reaches. */
export class GradientSection {
  readonly box: HTMLElement;
  private readonly plot = new Plot({
    ...{ title: 'Gradient flow', x: 'steps back', y: 'norm of the gradient, relative to that of the last step' },
    isLogarithmic: true,
  });

  constructor(private readonly runs: readonly RunData[]) {
    this.box = section('gradient', 'How far back the gradient reaches', this.plot.box);
  }

  /** Draws the plot; call it once the section is in the page. */
  draw(): void {
    const flows = this.runs.flatMap(({ name, gradientFlow }, run) => {
      if (!gradientFlow) return [];
      const { distances, layers } = gradientFlow;
      return layers.map(({ name: layer, norms }, l) => {
        const own = this.runs.length > 1 ? `${name} ${layer}` : layer;
        return { name: own, colour: this.runs.length > 1 ? run : l, x: distances, y: norms };
      });
    });
    const { x, columns } = joined(flows);
    const curves: PlottedCurve[] = flows.map(({ name, colour }, i) => {
      return { name, values: columns[i], colour: () => runColour(colour), kind: 'line' };
    });
    this.plot.show(x, curves);
  }
}
