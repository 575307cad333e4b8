import type { RunData } from '../report-data.js';
import { runColour } from './colours.js';
import { joined } from './curves.js';
import { element, section } from './elements.js';
import type { PlottedCurve } from './plot-parts.js';
import { Plot } from './plots.js';

/** How far back the gradient of a loss reaches. */
export class GradientSection {
  readonly box: HTMLElement;
  private readonly plot = new Plot({
    ...{ title: 'Gradient flow', x: 'characters back', y: 'norm by the state, as a fraction of that at the loss' },
    isLogarithmic: true,
  });

  constructor(private readonly runs: readonly RunData[]) {
    this.box = section(
      'gradient',
      'How far back the gradient reaches',
      element(
        'p',
        {},
        'The norm of the gradient of one loss by the states before it. Where it is small, training cannot teach the model to use what it read there.',
      ),
      this.plot.box,
    );
  }

  /** Draws the plot; call it once the section is in the page. */
  draw(): void {
    const flows = this.runs.flatMap(({ name, gradientFlow }, run) => {
      if (!gradientFlow) return [];
      const { distances, curves } = gradientFlow;
      return curves.map(({ name: state, norms }, l) => {
        const own = this.runs.length > 1 ? `${name}, ${state}` : state;
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
