/** `npm start`: the whole of Darkroom in one terminal. */
import { parseArgs } from 'node:util';
import { darkroomPrograms } from './supervisor/programs.ts';
import { runStack } from './supervisor/run-stack.ts';
import { usage } from './supervisor/settings.ts';

const { values } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(usage);
} else {
  process.exit(await runStack({ env: process.env, programs: darkroomPrograms, watch: values.watch }));
}
