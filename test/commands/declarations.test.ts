import assert from 'node:assert/strict';
import { allOptions } from '../../src/commands/command.js';
import { declarations } from '../../src/commands/declarations.js';
import { kebab } from '../../src/options/option.js';

for (const command of declarations) {
  describe(`the options of ${command.name}`, () => {
    const options = Object.entries(allOptions(command));

    it('have defaults in their own ranges', () => {
      for (const [name, option] of options) {
        if (option.default === undefined) continue;
        if (option.type === 'choice') assert.ok(option.choices.includes(option.default), name);
        if (option.type !== 'number') continue;
        assert.ok(option.from <= option.default && option.default <= option.to, name);
        if (option.integer) assert.ok([option.default, option.from, option.to].every(Number.isSafeInteger), name);
      }
    });

    it('have unique names in kebab case that clash with no flag or argument of the program', () => {
      const names = options.flatMap(([key, { alias }]) => (alias ? [kebab(key), alias] : [kebab(key)]));
      assert.deepEqual(names, [...new Set(names)]);
      for (const name of names) assert.match(name, /^([a-z]([a-z0-9]*(-[a-z0-9]+)*)|\d)$/);
      for (const reserved of ['help', 'h', 'version', 'v', ...command.arguments.map(({ name }) => name)]) {
        assert.ok(!names.includes(reserved));
      }
    });

    it('have keys in camel case that can be recovered from their names', () => {
      for (const [key] of options) {
        assert.match(key, /^[a-z][a-zA-Z0-9]*$/);
        assert.equal(
          kebab(key).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
          key,
        );
      }
    });

    it('have a description without a full stop and a group with a colon', () => {
      for (const [name, { description, group }] of options) {
        assert.match(description, /^\S.*[^.\s]$/, name);
        assert.match(group, /^[A-Z][a-z]+:$/, name);
      }
    });
  });
}
