import { teardown } from './global-setup.ts';

// eslint-disable-next-line no-restricted-syntax -- Jest takes the default export
export default teardown;
