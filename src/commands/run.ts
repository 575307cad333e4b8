import type { ExitCode } from '../errors.js';
import { commonOptions } from '../options.js';
import type { Command, Parsed } from './command.js';
import { refuseUnknown, valuesOf } from './values.js';

/** Does what all commands have in common, and then what the command itself does. */
export async function runCommand(command: Command, parsed: Parsed): Promise<ExitCode> {
  refuseUnknown({ ...command.options, ...commonOptions }, Object.keys(command.arguments), parsed);
  const common = valuesOf(commonOptions, parsed);
  if (common['no-color']) turnColoursOff();
  const own = Object.entries(parsed).filter(([name]) => !(name in commonOptions));
  let options: Parsed = Object.fromEntries(own);
  if (common.config !== undefined) {
    const { withConfig } = await import('./config.js');
    options = await withConfig(common.config, command.options, options);
  }
  if (!common['print-config']) return command.handler(options);
  const [{ configText }, { writeLines }] = await Promise.all([import('./config.js'), import('../terminal/output.js')]);
  await writeLines([configText(command.options, options)]);
  return 0;
}

/** For every package that colours anything; none of them is loaded yet. */
function turnColoursOff(): void {
  process.env.NO_COLOR = '1';
  delete process.env.FORCE_COLOR;
}
