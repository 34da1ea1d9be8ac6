import nx from '@nx/eslint-plugin';
import globals from 'globals';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const allow = (sourceTag, ...targets) => ({
  sourceTag: `type:${sourceTag}`,
  onlyDependOnLibsWithTags: targets.map((target) => `type:${target}`),
});

/** The arrows of docs/architecture.md. */
const arrows = [
  allow('kernel'),
  allow('contracts', 'kernel'),
  allow('domain', 'contracts', 'kernel'),
  allow('adapter', 'domain', 'contracts', 'kernel'),
  allow('runtime', 'contracts', 'kernel'),
  allow('client', 'contracts'),
  allow('ui', 'client', 'contracts'),
  allow('page', 'ui', 'client', 'contracts'),
  allow('app', 'adapter', 'runtime', 'domain', 'contracts', 'kernel'),
  allow('infra', 'contracts', 'kernel'),
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:bench', onlyDependOnLibsWithTags: ['*'] },
];
/** Tests may also use libs/testing and the local stack. */
const arrowsOfTests = arrows.map((rule) => ({
  ...rule,
  onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'type:testing', 'type:infra'],
}));
const boundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, banTransitiveDependencies: false, allow: [], depConstraints },
];

/** Clients of the outside world: importable in their adapter and in a container.ts only. */
const vendors = {
  'libs/adapter-postgres': ['knex', 'pg'],
  'libs/adapter-kafka': ['kafkajs'],
  'libs/adapter-s3': ['@aws-sdk/client-s3', '@aws-sdk/s3-*', '@aws-sdk/cloudfront-signer'],
  'libs/adapter-sqs': ['@aws-sdk/client-sqs'],
  'libs/runtime': ['@opentelemetry/sdk-*', '@opentelemetry/resources', 'prom-client'],
  'libs/adapter-image': ['sharp', 'exifreader', 'thumbhash', 'heic-decode'],
};
const noVendors = (own) => [
  'error',
  {
    patterns: [
      {
        group: Object.entries(vendors).flatMap(([owner, names]) => (owner === own ? [] : names)),
        message: 'Clients of the outside world belong to their adapter and to container.ts.',
      },
    ],
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/.darkroom*/**', '.test-results/**'] },
  ...tseslint.configs.strict,
  {
    plugins: { '@nx': nx },
    languageOptions: { globals: globals.node },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(arrows),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in main.ts alone.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: ['**/container.ts', '**/*.test.ts', 'libs/testing/**'],
    rules: { 'no-restricted-imports': noVendors() },
  },
  ...Object.keys(vendors).map((owner) => ({
    files: [`${owner}/src/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': noVendors(owner) },
  })),
  {
    files: ['**/*.test.ts', '**/*.test.tsx', '**/*.fixture.ts'],
    languageOptions: { globals: globals.jest },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(arrowsOfTests),
      '@typescript-eslint/no-non-null-assertion': 'off', // a missing value fails the test, which is the point
      'max-lines': 'off',
    },
  },
  {
    files: [
      '**/main.ts',
      '**/*.test.ts',
      '**/*.fixture.ts',
      'libs/testing/**',
      'e2e/**',
      'bench/**',
      'scripts/**',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['scripts/**', 'bench/**', 'apps/cli/**', 'infra/local/src/main.ts'],
    rules: { 'no-console': 'off' }, // programs whose output is for a person in a terminal
  },
  {
    files: ['apps/gallery/**/*.{ts,tsx}', 'libs/react-uploader/**/*.{ts,tsx}', 'libs/upload-client/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    languageOptions: { globals: globals.browser },
    rules: reactHooks.configs.recommended.rules,
  },
  { files: ['scripts/**'], rules: { '@nx/enforce-module-boundaries': 'off' } }, // tools of the repository, no project
  { files: ['**/*.config.{js,ts,mjs}', 'eslint.config.js'], rules: { 'no-restricted-syntax': 'off' } },
);
