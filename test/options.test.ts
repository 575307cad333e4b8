import assert from 'node:assert/strict';
import { commonOptions } from '../src/commands/command.js';
import { registry } from '../src/commands/declarations.js';

// Once for all tests, before they are declared.
const commands = await Promise.all(registry.map(async ({ name, load }) => ({ name, command: await load() })));

for (const { name: command, command: declared } of commands) {
  describe(`the options of ${command}`, () => {
    const options = [...Object.entries(declared.options), ...Object.entries(commonOptions)];

    it('have defaults that they allow', () => {
      for (const [name, option] of options) {
        if (option.default === undefined) continue;
        if (option.type === 'choice') assert.ok(option.choices.includes(option.default), name);
        if (option.type !== 'number') continue;
        assert.ok(option.from <= option.default && option.default <= option.to, name);
        if (option.integer) assert.ok([option.default, option.from, option.to].every(Number.isSafeInteger), name);
      }
    });

    it('have names of their own, in kebab case, that no flag of the program hides', () => {
      const names = options.flatMap(([name, { alias }]) => (alias ? [name, alias] : [name]));
      assert.deepEqual(names, [...new Set(names)]);
      for (const name of names) assert.match(name, /^([a-z]([a-z0-9]*(-[a-z0-9]+)*)|\d)$/);
      for (const reserved of ['help', 'h', 'version', ...Object.keys(declared.arguments)])
        assert.ok(!names.includes(reserved));
    });

    it('have a description without a full stop and a group with a colon', () => {
      for (const [name, { description, group }] of options) {
        assert.match(description, /^\S.*[^.\s]$/, name);
        assert.match(group, /^[A-Z][a-z]+:$/, name);
      }
    });
  });
}
